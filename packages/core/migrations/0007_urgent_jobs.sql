ALTER TABLE "job" ADD COLUMN "urgent" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "job_next" ON "job" USING btree ("kind","urgent","run_at") WHERE not dead;