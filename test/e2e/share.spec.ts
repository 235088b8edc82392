import { LAPTOP } from "../support/installation.ts";
import { tellShareStory } from "../support/share-story.ts";

tellShareStory(LAPTOP);
