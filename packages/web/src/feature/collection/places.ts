/** The collections that every account has, by their place in the address. */
export type OwnPlace = "favourites" | "archive" | "locked" | "bin";
