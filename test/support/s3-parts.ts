import { type Answer, type Ask, type TestServer, texts } from "./s3-server.ts";

/** Numbers of parts with their etags, without the quotes. */
export type Sent = readonly (readonly [number, string])[];

export type Parts = {
  /** Begins an upload in parts; gives its id. */
  create: (key: string, headers?: Record<string, string>) => Promise<string>;
  part: (key: string, id: string, number: number, body: Buffer, headers?: Record<string, string>) => Promise<Answer>;
  complete: (key: string, id: string, parts: Sent, headers?: Record<string, string>) => Promise<Answer>;
};

/** Uploads in parts to the server that runs when a call is made. */
export function partsTo(server: () => TestServer): Parts {
  return {
    async create(key, headers = {}) {
      const { text } = await server().ask({ method: "POST", key, query: [["uploads", ""]], headers });
      return texts(text, "UploadId")[0] ?? "";
    },
    part: async (key, id, number, body, headers = {}) => server().ask({ method: "PUT", key, query: partQuery(id, number), body, headers }),
    complete: async (key, id, parts, headers = {}) => server().ask({ ...completion(key, id, parts), headers }),
  };
}

/** The query that names a part of an upload. */
export function partQuery(id: string, number: number): [string, string][] {
  return [
    ["partNumber", String(number)],
    ["uploadId", id],
  ];
}

/** The request that puts the parts of an upload together. */
export function completion(key: string, id: string, parts: Sent): Ask {
  const list = parts.map(([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>"${etag}"</ETag></Part>`).join("");
  const body = `<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`;
  return { method: "POST", key, query: [["uploadId", id]], body };
}
