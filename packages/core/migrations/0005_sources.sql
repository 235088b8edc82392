ALTER TABLE "upload" ADD COLUMN "source" text collate "C";--> statement-breakpoint
CREATE INDEX "upload_source" ON "upload" USING btree ("source") WHERE "upload"."source" is not null;