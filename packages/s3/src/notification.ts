import type { ObjectEvent } from "./event.ts";
import { S3Error } from "./error.ts";
import { childrenOf, childText, parseXml, type XmlChildren, type XmlElement } from "./xml.ts";

/** One rule of a bucket's notification configuration: which events go to which webhook. */
export type NotificationRule = {
  id: string;
  kind: "Queue" | "Topic" | "CloudFunction";
  arn: string;
  events: string[];
  prefix: string;
  suffix: string;
};

const KINDS = [
  ["Queue", "Queue"],
  ["Topic", "Topic"],
  ["CloudFunction", "CloudFunction"],
] as const;

/** The id of the webhook that an ARN names: its last part, or for MinIO's `arn:minio:sqs::ID:webhook` the one before. */
export function webhookOf(arn: string): string {
  const parts = arn.split(":");
  return parts[2] === "sqs" && parts[5] === "webhook" ? (parts[4] ?? "") : (parts[5] ?? "");
}

/** Whether a pattern such as `s3:ObjectCreated:*` covers an event. */
export function matchesEvent(pattern: string, name: ObjectEvent["name"]): boolean {
  const wanted = pattern.replace(/^s3:/u, "");
  return wanted.endsWith("*") ? name.startsWith(wanted.slice(0, -1)) : wanted === name;
}

/** The rules of a NotificationConfiguration document. Throws MalformedXML, or InvalidArgument for an ARN that is none of `webhooks`. */
export function parseNotification(text: string, webhooks: readonly string[]): NotificationRule[] {
  const root = parseXml(text);
  if (root.name !== "NotificationConfiguration") throw new S3Error("MalformedXML");
  const rules = KINDS.flatMap(([kind, element]) =>
    childrenOf(root, `${kind}Configuration`).map((rule, index) => parseRule(kind, rule, childText(rule, element), index)),
  );
  const unknown = rules.find(({ arn }) => !webhooks.includes(webhookOf(arn)));
  if (unknown) {
    throw new S3Error("InvalidArgument", "Unable to validate the following destination configurations", {
      ArgumentName: unknown.arn,
      ArgumentValue: "No webhook of this server has that id.",
    });
  }
  return rules;
}

export function writeNotification(rules: readonly NotificationRule[]): XmlChildren {
  const children: XmlChildren = {};
  for (const [kind, element] of KINDS) {
    children[`${kind}Configuration`] = rules
      .filter((rule) => rule.kind === kind)
      .map((rule) => ({ Id: rule.id, [element]: rule.arn, Event: rule.events, Filter: writeFilter(rule) }));
  }
  return children;
}

function parseRule(kind: NotificationRule["kind"], rule: XmlElement, arn: string | undefined, index: number): NotificationRule {
  const events = childrenOf(rule, "Event").map((event) => event.text.trim());
  if (arn === undefined || events.length === 0) throw new S3Error("MalformedXML");
  const filters = childrenOf(rule, "Filter").flatMap((filter) =>
    childrenOf(filter, "S3Key").flatMap((key) => childrenOf(key, "FilterRule")),
  );
  const filter = (name: string): string => {
    const found = filters.find((candidate) => childText(candidate, "Name")?.trim().toLowerCase() === name);
    return (found && childText(found, "Value")) ?? "";
  };
  const id = childText(rule, "Id")?.trim() ?? `${kind}-${index + 1}`;
  return { id, kind, arn: arn.trim(), events, prefix: filter("prefix"), suffix: filter("suffix") };
}

function writeFilter({ prefix, suffix }: NotificationRule): XmlChildren | undefined {
  const rules = Object.entries({ prefix, suffix }).filter(([, value]) => value !== "");
  return rules.length === 0 ? undefined : { S3Key: { FilterRule: rules.map(([Name, Value]) => ({ Name, Value })) } };
}
