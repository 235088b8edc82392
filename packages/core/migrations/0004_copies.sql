ALTER TABLE "ingest" ADD COLUMN "sha256" "bytea";--> statement-breakpoint
CREATE INDEX "ingest_copies" ON "ingest" USING btree ("sha256") WHERE "ingest"."sha256" is not null;