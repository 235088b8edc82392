CREATE TABLE "undo" (
	"id" uuid PRIMARY KEY NOT NULL,
	"owner_id" uuid NOT NULL,
	"token" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"field" text NOT NULL,
	"after" text,
	"ids" uuid[] NOT NULL,
	"before" text[] NOT NULL
);
--> statement-breakpoint
ALTER TABLE "asset" ADD COLUMN "purged_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "undo" ADD CONSTRAINT "undo_owner_id_user_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "undo_token" ON "undo" USING btree ("owner_id","token");--> statement-breakpoint
CREATE INDEX "undo_at" ON "undo" USING btree ("at");--> statement-breakpoint
CREATE INDEX "asset_purged" ON "asset" USING btree ("purged_at") WHERE "asset"."purged_at" is not null;