/** What AWS Lambda calls a function with, as far as it is looked at: a batch of an SQS queue. */
export type SqsEvent = { Records: { messageId: string; body: string; attributes: { ApproximateReceiveCount: string } }[] };

/** Which messages are to be delivered again (`ReportBatchItemFailures`). */
export type SqsAnswer = { batchItemFailures: { itemIdentifier: string }[] };

export type LambdaContext = { getRemainingTimeInMillis: () => number };
