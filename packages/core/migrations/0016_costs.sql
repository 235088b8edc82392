CREATE TABLE "usage" (
	"month" integer PRIMARY KEY NOT NULL,
	"writes" bigint DEFAULT 0 NOT NULL,
	"reads" bigint DEFAULT 0 NOT NULL,
	"thumbs" bigint DEFAULT 0 NOT NULL,
	"previews" bigint DEFAULT 0 NOT NULL,
	"originals" bigint DEFAULT 0 NOT NULL,
	"calls" bigint DEFAULT 0 NOT NULL,
	"megabyte_ms" bigint DEFAULT 0 NOT NULL,
	"awake_ms" bigint DEFAULT 0 NOT NULL,
	"awake_until" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "asset" ADD COLUMN "derived_bytes" integer;--> statement-breakpoint
CREATE INDEX "asset_derived" ON "asset" USING btree ("derived_bytes") WHERE "asset"."derived_version" is not null and "asset"."source_id" is null;