const NAME = /^(?!xn--|sthree-)(?!.*(?:\.\.|\.-|-\.|-s3alias$))(?!\d{1,3}(?:\.\d{1,3}){3}$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/u;

/** Whether S3 allows a bucket of this name. Folders of other names are not buckets. */
export function isBucketName(name: string): boolean {
  return NAME.test(name);
}
