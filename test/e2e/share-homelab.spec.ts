import { HOMELAB } from "../support/installation.ts";
import { tellShareStory } from "../support/share-story.ts";

tellShareStory(HOMELAB);
