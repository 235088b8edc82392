ALTER TABLE "asset" ALTER COLUMN "key" SET DATA TYPE text collate "C";--> statement-breakpoint
ALTER TABLE "ingest" ALTER COLUMN "key" SET DATA TYPE text collate "C";--> statement-breakpoint
ALTER TABLE "upload" ALTER COLUMN "key" SET DATA TYPE text collate "C";