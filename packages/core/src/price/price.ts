export { type Flows, forPhotos, type Means, type Month, PER_PHOTO, shareOf, soFar, USUAL, wholeMonth } from "./expect.ts";
export { PRICES, type Prices, providerAt, type Provider, PROVIDERS } from "./list.ts";
export { type Bill, billOf, costOnTop, NOTHING, plus, priceOf, type Usage } from "./sum.ts";
