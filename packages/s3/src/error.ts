/** Every error of the S3 protocol that this server answers: HTTP status and the default message. */
const TABLE = {
  AccessControlListNotSupported: [400, "The server does not allow ACLs: everything is private to those who hold a key."],
  AccessDenied: [403, "Access Denied."],
  AuthorizationHeaderMalformed: [400, "The authorization header that you provided is not valid."],
  AuthorizationQueryParametersError: [400, "The query parameters of the signature are not valid."],
  BadDigest: [400, "A checksum that you specified did not match what we received."],
  BucketAlreadyExists: [409, "The requested bucket name is not available."],
  BucketAlreadyOwnedByYou: [409, "The bucket that you tried to create already exists, and you own it."],
  BucketNotEmpty: [409, "The bucket that you tried to delete is not empty."],
  ConditionalRequestConflict: [409, "The object changed while this conditional request was running. Try again."],
  EntityTooLarge: [400, "Your proposed upload exceeds the maximum allowed object size."],
  EntityTooSmall: [400, "Your proposed upload is smaller than the minimum allowed size."],
  ExpiredToken: [400, "The provided token has expired."],
  IllegalLocationConstraintException: [400, "The location constraint does not fit the region of this server."],
  IncompleteBody: [400, "You did not provide the number of bytes specified by the Content-Length HTTP header."],
  InternalError: [500, "We encountered an internal error. Please try again."],
  InsufficientStorage: [507, "The disk is full. Free some space and try again; nothing of this upload was kept."],
  InvalidAccessKeyId: [403, "The access key id that you provided does not exist in our records."],
  InvalidArgument: [400, "Invalid argument."],
  InvalidBucketName: [400, "The specified bucket is not valid."],
  InvalidDigest: [400, "The Content-MD5 or checksum value that you specified is not valid."],
  InvalidPart: [400, "One or more of the specified parts could not be found, or the entity tag did not match."],
  InvalidPartNumber: [416, "The requested part number is not satisfiable."],
  InvalidPartOrder: [400, "The list of parts was not in ascending order."],
  InvalidPolicyDocument: [400, "The content of the form does not meet the conditions of the policy document."],
  InvalidRange: [416, "The requested range is not satisfiable."],
  InvalidRequest: [400, "The request is not valid."],
  InvalidStorageClass: [400, "The storage class you specified is not valid: there is only STANDARD."],
  InvalidTag: [400, "The tag provided was not a valid tag."],
  InvalidURI: [400, "Couldn't parse the specified URI."],
  KeyTooLongError: [400, "Your key is too long."],
  MalformedPOSTRequest: [400, "The body of your POST request is not well-formed multipart/form-data."],
  MalformedXML: [400, "The XML that you provided was not well-formed or did not validate against our published schema."],
  MaxMessageLengthExceeded: [400, "Your request was too big."],
  MetadataTooLarge: [400, "Your metadata headers exceed the maximum allowed metadata size."],
  MethodNotAllowed: [405, "The specified method is not allowed against this resource."],
  MissingContentLength: [411, "You must provide the Content-Length HTTP header."],
  NoSuchBucket: [404, "The specified bucket does not exist."],
  NoSuchBucketPolicy: [404, "The bucket policy does not exist."],
  NoSuchCORSConfiguration: [404, "The CORS configuration does not exist."],
  NoSuchKey: [404, "The specified key does not exist."],
  NoSuchLifecycleConfiguration: [404, "The lifecycle configuration does not exist."],
  NoSuchObjectLockConfiguration: [404, "The specified object does not have an object lock configuration."],
  NoSuchPublicAccessBlockConfiguration: [404, "The public access block configuration was not found."],
  NoSuchTagSet: [404, "The tag set does not exist."],
  NoSuchUpload: [404, "The specified multipart upload does not exist. It may have been aborted or completed."],
  NoSuchVersion: [404, "The version id specified in the request does not match an existing version."],
  NoSuchWebsiteConfiguration: [404, "The specified bucket does not have a website configuration."],
  NotImplemented: [501, "A header or a parameter that you provided implies functionality that is not implemented."],
  ObjectLockConfigurationNotFoundError: [404, "Object Lock configuration does not exist for this bucket."],
  OwnershipControlsNotFoundError: [404, "The bucket ownership controls were not found."],
  PreconditionFailed: [412, "At least one of the preconditions that you specified did not hold."],
  ReplicationConfigurationNotFoundError: [404, "The replication configuration was not found."],
  RequestTimeTooSkewed: [403, "The difference between the request time and the server's time is too large."],
  RequestTimeout: [400, "Your socket connection to the server was not read from or written to within the timeout period."],
  ServerSideEncryptionConfigurationNotFoundError: [404, "The server side encryption configuration was not found."],
  SignatureDoesNotMatch: [
    403,
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  ],
  SlowDown: [503, "Please reduce your request rate."],
  XAmzContentSHA256Mismatch: [400, "The provided 'x-amz-content-sha256' header does not match what was computed."],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof TABLE;

/** An error that the client is meant to see, as S3 XML. Any other `Error` is a bug and becomes InternalError. */
export class S3Error extends Error {
  override readonly name = "S3Error";
  readonly code: ErrorCode;
  readonly status: number;
  /** Extra elements of the XML, for example `{ Condition: "If-None-Match" }`. */
  readonly detail: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message?: string, detail: Record<string, string> = {}) {
    super(message ?? TABLE[code][1]);
    this.code = code;
    this.status = TABLE[code][0];
    this.detail = detail;
  }
}
