import type { Queues } from "./queue.ts";

/** What a month in this AWS account may cost before somebody is told. */
const BUDGET_USD = "20";

/** Writes to the address in the secret `AlarmEmail` when something was given up, when a function fails and when the month gets dear. */
export function watch(functions: Record<string, $util.Input<sst.aws.Function>>, { ingestDead, wakeDead }: Queues): void {
  const email = new sst.Secret("AlarmEmail").value;
  const topic = new sst.aws.SnsTopic("Alarms");
  new aws.sns.TopicSubscription("AlarmsEmail", { topic: topic.arn, protocol: "email", endpoint: email });
  const common = {
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    evaluationPeriods: 1,
    treatMissingData: "notBreaching",
    alarmActions: [topic.arn],
  };
  for (const [name, queue] of Object.entries({ IngestDead: ingestDead, WakeDead: wakeDead })) {
    new aws.cloudwatch.MetricAlarm(`${name}Alarm`, {
      ...common,
      alarmDescription: "Messages were given up: look at them, mend the cause and send them again.",
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: queue.nodes.queue.name },
      statistic: "Maximum",
      period: 300,
    });
  }
  for (const [name, watched] of Object.entries(functions)) {
    new aws.cloudwatch.MetricAlarm(`${name}Errors`, {
      ...common,
      alarmDescription: `The function "${name}" failed: its log tells why.`,
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: $output(watched).name },
      statistic: "Sum",
      period: 300,
      // One failure is tried again; three in a quarter of an hour are no accident.
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
    });
  }
  const notification = { comparisonOperator: "GREATER_THAN", thresholdType: "PERCENTAGE", subscriberEmailAddresses: [email] };
  new aws.budgets.Budget("Budget", {
    budgetType: "COST",
    timeUnit: "MONTHLY",
    limitAmount: BUDGET_USD,
    limitUnit: "USD",
    notifications: [
      { ...notification, notificationType: "ACTUAL", threshold: 80 },
      { ...notification, notificationType: "FORECASTED", threshold: 100 },
    ],
  });
}
