import { type Queues, SECONDS } from "./queue.ts";
import type { Settings } from "./setting.ts";

const MINUTES_15 = 900;
const HOUR = 3600;

/** Functions that something else than a person calls. */
type Called = Record<string, $util.Input<sst.aws.Function>>;

/**
 * Writes to the address in the secret `AlarmEmail` when something was given up or waits for too long, when a function fails, when the
 * Worker does not look any more and when the month gets dear. CloudWatch has ten alarms that cost nothing.
 */
export function watch(api: sst.aws.Function, called: Called, queues: Queues, { budgetUsd }: Settings): void {
  const email = new sst.Secret("AlarmEmail").value;
  const topic = new sst.aws.SnsTopic("Alarms");
  new aws.sns.TopicSubscription("AlarmsEmail", { topic: topic.arn, protocol: "email", endpoint: email });
  const common = {
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 1,
    treatMissingData: "notBreaching",
    alarmActions: [topic.arn],
  };
  for (const [name, queue] of Object.entries({ IngestDead: queues.ingestDead, WakeDead: queues.wakeDead })) {
    new aws.cloudwatch.MetricAlarm(`${name}Alarm`, {
      ...common,
      alarmDescription:
        "Messages were given up, as when something is away for hours: mend the cause (the log tells it), then start the redrive.",
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: queue.nodes.queue.name },
      statistic: "Maximum",
      period: 300,
      threshold: 0,
    });
  }
  // A message that fails is no error of its function's, and comes again when it has been hidden for six times what that one may take.
  for (const [name, queue, seconds] of [["Ingest", queues.ingest, SECONDS.ingest] as const, ["Wake", queues.wake, SECONDS.work] as const]) {
    new aws.cloudwatch.MetricAlarm(`${name}Age`, {
      ...common,
      alarmDescription: "A message has waited for hours: one fails again and again, or an import is larger than the functions are fast.",
      namespace: "AWS/SQS",
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: queue.nodes.queue.name },
      statistic: "Maximum",
      period: MINUTES_15,
      threshold: 2 * 6 * seconds,
    });
  }
  if (queues.looks) {
    // Of the Worker AWS knows nothing else. Where it cannot send this, it cannot send on what R2 tells either.
    new aws.cloudwatch.MetricAlarm("LooksAlarm", {
      ...common,
      alarmDescription: "The Worker has not looked for three hours whether anything is due, or cannot tell: see its log at Cloudflare.",
      namespace: "AWS/SQS",
      metricName: "NumberOfMessagesSent",
      dimensions: { QueueName: queues.looks.nodes.queue.name },
      statistic: "Sum",
      comparisonOperator: "LessThanThreshold",
      period: HOUR,
      evaluationPeriods: 3,
      threshold: 1,
      treatMissingData: "breaching",
    });
  }
  // Nothing of these is tried again within the hour, or not often: each failure is told.
  for (const [name, watched] of Object.entries(called)) {
    new aws.cloudwatch.MetricAlarm(`${name}Errors`, {
      ...common,
      alarmDescription: `The function "${name}" failed: its log tells why.`,
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: $output(watched).name },
      statistic: "Sum",
      period: HOUR,
      threshold: 0,
    });
  }
  // What the API fails at it answers, so that it is no error of the function's. One is an accident, and people try again.
  new aws.cloudwatch.MetricAlarm("ApiErrors", {
    ...common,
    alarmDescription: "The API failed again and again: its log tells why.",
    namespace: "AWS/Lambda",
    metricName: "Url5xxCount",
    dimensions: { FunctionName: api.name },
    statistic: "Sum",
    period: MINUTES_15,
    threshold: 3,
  });
  const notification = { comparisonOperator: "GREATER_THAN", thresholdType: "PERCENTAGE", subscriberEmailAddresses: [email] };
  new aws.budgets.Budget("Budget", {
    budgetType: "COST",
    timeUnit: "MONTHLY",
    limitAmount: String(budgetUsd),
    limitUnit: "USD",
    notifications: [
      { ...notification, notificationType: "ACTUAL", threshold: 80 },
      { ...notification, notificationType: "FORECASTED", threshold: 100 },
    ],
  });
}
