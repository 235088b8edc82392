import type { ObjectEvent } from "./event.ts";
import { uriEncode } from "./sigv4.ts";

/** An event as AWS writes it; the key is form-encoded. */
export function toRecord(event: ObjectEvent, configurationId: string, region: string): object {
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: region,
    eventTime: event.at,
    eventName: event.name,
    userIdentity: { principalId: "owner" },
    requestParameters: {},
    responseElements: {},
    s3: {
      s3SchemaVersion: "1.0",
      configurationId,
      bucket: { name: event.bucket, ownerIdentity: { principalId: "owner" }, arn: `arn:aws:s3:::${event.bucket}` },
      object: {
        key: uriEncode(event.key).replaceAll("%2F", "/").replaceAll("%20", "+"),
        ...(event.size === undefined ? {} : { size: event.size }),
        ...(event.etag === undefined ? {} : { eTag: event.etag }),
        sequencer: event.sequencer,
      },
    },
  };
}
