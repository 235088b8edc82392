import { LAPTOP } from "../support/installation.ts";
import { tellStory } from "../support/story.ts";

tellStory(LAPTOP);
