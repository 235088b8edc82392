import { expect } from "vitest";
import type { Graph } from "../graph.ts";
import { all, ALL, changes, one, type Property } from "./property.ts";

const watch = (...pairs: readonly (readonly [string, string])[]) => changes("watch.ts", ...pairs);

/** The alarms of one metric, by what they watch. */
const alarms = (graph: Graph, metricName: string, dimension: string): Record<string, Record<string, unknown>> => {
  const found = all(graph, "aws:cloudwatch/metricAlarm:MetricAlarm").filter(({ props }) => props["metricName"] === metricName);
  return Object.fromEntries(found.map(({ props }) => [(props["dimensions"] as Record<string, string>)[dimension], props]));
};
const namesOf = (graph: Graph, type: string, pattern: RegExp): string[] =>
  all(graph, type)
    .map(({ props }) => String(props["name"]))
    .filter((name) => pattern.test(name));

/** Who is told when. */
export const aboutWatching: readonly Property[] = [
  {
    says: "a message that was given up is told, of whichever queue",
    on: ALL,
    holds: (graph) => {
      const found = alarms(graph, "ApproximateNumberOfMessagesVisible", "QueueName");
      const dead = namesOf(graph, "aws:sqs/queue:Queue", /DeadQueue/u);
      expect(Object.keys(found).toSorted()).toEqual(dead.toSorted());
      expect(dead).toHaveLength(2);
      const limit = {
        namespace: "AWS/SQS",
        statistic: "Maximum",
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
        evaluationPeriods: 1,
      };
      for (const alarm of Object.values(found)) expect(alarm).toMatchObject(limit);
    },
    plants: watch(
      [", WakeDead: wakeDead }", " }"],
      ['"Maximum"', '"Minimum"'],
      ["queue.nodes.queue.name", "topic.name"],
      ["threshold: 0,", "threshold: 100,"],
    ),
  },
  {
    says: "a function that keeps failing is told, whichever it is",
    on: ALL,
    holds: (graph) => {
      const found = alarms(graph, "Errors", "FunctionName");
      // Who deploys sees whether the migration failed.
      const functions = namesOf(graph, "aws:lambda/function:Function", /^(?!.*-MigrateFunction-)/u);
      expect(Object.keys(found).toSorted()).toEqual(functions.toSorted());
      const limit = {
        namespace: "AWS/Lambda",
        statistic: "Sum",
        evaluationPeriods: 3,
        datapointsToAlarm: 3,
        treatMissingData: "notBreaching",
      };
      for (const alarm of Object.values(found)) expect(alarm).toMatchObject(limit);
    },
    plants: [
      ...watch(['"AWS/Lambda"', '"AWS/SQS"'], ["datapointsToAlarm: 3", "datapointsToAlarm: 2"]),
      ...changes("sst.config.ts", ["watch({ api, ", "watch({ "]),
    ],
  },
  {
    says: "alarms go to the address of the secret",
    on: ALL,
    holds: (graph) => {
      const { protocol, endpoint, topic } = one(graph, "aws:sns/topicSubscription:TopicSubscription");
      expect([protocol, endpoint]).toEqual(["email", "the AlarmEmail"]);
      expect(topic).toMatch(/:tintype-\w+-AlarmsTopic-/u);
      for (const { props } of all(graph, "aws:cloudwatch/metricAlarm:MetricAlarm")) expect(props["alarmActions"]).toEqual([topic]);
    },
    plants: watch(["    alarmActions: [topic.arn],\n", ""], ["endpoint: email", 'endpoint: "nobody@example.org"']),
  },
  {
    says: "a month that costs, or will cost, more than the budget is told",
    on: ALL,
    holds: (graph) => {
      const told = { comparisonOperator: "GREATER_THAN", thresholdType: "PERCENTAGE", subscriberEmailAddresses: ["the AlarmEmail"] };
      expect(one(graph, "aws:budgets/budget:Budget")).toMatchObject({
        budgetType: "COST",
        timeUnit: "MONTHLY",
        limitAmount: "20",
        limitUnit: "USD",
        notifications: [
          { ...told, notificationType: "ACTUAL", threshold: 80 },
          { ...told, notificationType: "FORECASTED", threshold: 100 },
        ],
      });
    },
    plants: watch(
      ['      { ...notification, notificationType: "FORECASTED", threshold: 100 },\n', ""],
      ["subscriberEmailAddresses: [email]", "subscriberEmailAddresses: []"],
      ['"COST"', '"USAGE"'],
      ['"MONTHLY"', '"ANNUALLY"'],
    ),
  },
];
