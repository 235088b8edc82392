import { expect } from "vitest";
import type { Graph } from "../graph.ts";
import { all, ALL, AWS_SET, changes, CLOUDFLARE, CLOUDFLARE_DEV, functionOf, one, type Property } from "./property.ts";

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

/** One period is enough, and a quiet one is none. */
const ONCE = { comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 1, treatMissingData: "notBreaching" };

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
      [", WakeDead: queues.wakeDead }", " }"],
      ['statistic: "Maximum",\n      period: 300', 'statistic: "Minimum",\n      period: 300'],
      ["period: 300,\n      threshold: 0,", "period: 300,\n      threshold: 100,"],
    ),
  },
  {
    says: "a message that fails again and again is told before it is given up, of whichever queue",
    on: ALL,
    holds: (graph) => {
      const found = alarms(graph, "ApproximateAgeOfOldestMessage", "QueueName");
      const queues = ["IngestQueue", "WakeQueue"].map((name) => one(graph, "aws:sqs/queue:Queue", name));
      expect(Object.keys(found).toSorted()).toEqual(queues.map((props) => String(props["name"])).toSorted());
      for (const props of queues) {
        const alarm = found[String(props["name"])];
        expect(alarm).toMatchObject({ namespace: "AWS/SQS", statistic: "Maximum", ...ONCE });
        // It is hidden for so long each time that it comes, and comes six times.
        const hidden = Number(props["visibilityTimeoutSeconds"]);
        expect(alarm?.["threshold"]).toBeGreaterThanOrEqual(2 * hidden);
        expect(alarm?.["threshold"]).toBeLessThan(5 * hidden);
      }
    },
    plants: watch(
      [', ["Wake", queues.wake, SECONDS.work] as const]', "]"],
      ["threshold: 2 * 6 * seconds", "threshold: 60 * 6 * seconds"],
      ["threshold: 2 * 6 * seconds", "threshold: 60"],
    ),
  },
  {
    says: "each failure of what nobody waits for is told, though it is tried again hours later or not at all",
    on: ALL,
    holds: (graph, { edge }) => {
      const found = alarms(graph, "Errors", "FunctionName");
      // Who deploys sees whether the migration failed, and people see what the API answers.
      const functions = ["ingest", "work", ...(edge === "aws" ? ["cron"] : [])].map((entry) => String(functionOf(graph, entry)["name"]));
      expect(Object.keys(found).toSorted()).toEqual(functions.toSorted());
      for (const alarm of Object.values(found)) {
        expect(alarm).toMatchObject({ namespace: "AWS/Lambda", statistic: "Sum", threshold: 0, ...ONCE });
      }
    },
    plants: [
      ...watch(
        ['"AWS/Lambda",\n      metricName: "Errors"', '"AWS/SQS",\n      metricName: "Errors"'],
        ["period: HOUR,\n", "period: HOUR,\n      evaluationPeriods: 3,\n"],
        ["period: HOUR,\n      threshold: 0", "period: HOUR,\n      threshold: 2"],
      ),
      ...changes("sst.config.ts", ["cron: createCron(serving)", "hourly: createCron(serving) && undefined!"]),
    ],
  },
  {
    says: "an API that answers that it failed is told, though its function did not fail",
    on: ALL,
    holds: (graph) => {
      const name = String(functionOf(graph, "api")["name"]);
      const alarm = { namespace: "AWS/Lambda", statistic: "Sum", period: 900, threshold: 3, ...ONCE };
      expect(alarms(graph, "Url5xxCount", "FunctionName")).toEqual({ [name]: expect.objectContaining(alarm) });
    },
    plants: watch(
      ['metricName: "Url5xxCount"', 'metricName: "Url4xxCount"'],
      ["FunctionName: api.name", "FunctionName: topic.name"],
      ["threshold: 3,", "threshold: 300,"],
    ),
  },
  {
    says: "Cloudflare: a Worker that has not looked for three hours is told, also when it has never looked",
    on: [CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph) => {
      const { name } = one(graph, "aws:sqs/queue:Queue", "LooksQueue");
      const alarm = { namespace: "AWS/SQS", statistic: "Sum", period: 3600, evaluationPeriods: 3 };
      const stays = { comparisonOperator: "LessThanThreshold", threshold: 1, treatMissingData: "breaching" };
      const found = alarms(graph, "NumberOfMessagesSent", "QueueName");
      expect(found).toEqual({ [String(name)]: expect.objectContaining({ ...alarm, ...stays }) });
    },
    plants: watch(
      ['      comparisonOperator: "LessThanThreshold",\n', ""],
      ['      treatMissingData: "breaching",\n', ""],
      ["evaluationPeriods: 3", "evaluationPeriods: 24"],
      ["queues.looks.nodes.queue.name", "queues.wake.nodes.queue.name"],
    ),
  },
  {
    says: "alarms cost nothing: there are no more than the ten that CloudWatch gives",
    on: ALL,
    holds: (graph) => expect(all(graph, "aws:cloudwatch/metricAlarm:MetricAlarm").length).toBeLessThanOrEqual(10),
    plants: watch([
      "  const notification = {",
      '  for (const n of [1, 2, 3]) new aws.cloudwatch.MetricAlarm(`More${n}`, { ...common, metricName: "Throttles", dimensions: {} });\n  const notification = {',
    ]),
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
    on: [...ALL, AWS_SET],
    holds: (graph, { settings }) => {
      const told = { comparisonOperator: "GREATER_THAN", thresholdType: "PERCENTAGE", subscriberEmailAddresses: ["the AlarmEmail"] };
      expect(one(graph, "aws:budgets/budget:Budget")).toMatchObject({
        budgetType: "COST",
        timeUnit: "MONTHLY",
        limitAmount: settings?.TINTYPE_BUDGET_USD ?? "20",
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
