// Computes digests off the main thread. The one file in JavaScript: on Node 20 a worker thread starts without the loader for TypeScript.
import { createHash } from "node:crypto";
import { parentPort } from "node:worker_threads";

/** @typedef {{ body: number, name: "md5" | "sha256", block?: ArrayBuffer, length?: number, end?: "digest" | "drop" }} Order */

/** The running hash of each body. @type {Map<number, import("node:crypto").Hash>} */
const bodies = new Map();

/** @param {Order} order @returns {Uint8Array | undefined} */
function obey({ body, name, block, length, end }) {
  const hash = bodies.get(body) ?? createHash(name);
  bodies.set(body, hash);
  if (block) hash.update(new Uint8Array(block, 0, length));
  if (end) bodies.delete(body);
  return end === "digest" ? hash.digest() : undefined;
}

parentPort?.on("message", (/** @type {Order} */ order) => {
  const digest = obey(order);
  parentPort?.postMessage({ block: order.block, digest }, order.block ? [order.block] : []);
});
