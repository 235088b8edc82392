/** The most photos that one request of the API names, which is core's `MAX_ITEMS`. */
export const MAX_ITEMS = 250;
/** The most files that one request plans, which is core's `MAX_FILES`. */
export const MAX_FILES = 50;
