CREATE TABLE "guest_offer" (
	"album_id" uuid NOT NULL,
	"asset_id" uuid NOT NULL,
	"guest_name" text,
	"sent_at" timestamp with time zone NOT NULL,
	CONSTRAINT "guest_offer_album_id_asset_id_pk" PRIMARY KEY("album_id","asset_id")
);
--> statement-breakpoint
DROP INDEX "upload_living_bytes";--> statement-breakpoint
ALTER TABLE "guest_offer" ADD CONSTRAINT "guest_offer_album_id_album_id_fk" FOREIGN KEY ("album_id") REFERENCES "public"."album"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "guest_offer" ADD CONSTRAINT "guest_offer_asset_id_asset_id_fk" FOREIGN KEY ("asset_id") REFERENCES "public"."asset"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "guest_offer_asset" ON "guest_offer" USING btree ("asset_id");--> statement-breakpoint
CREATE UNIQUE INDEX "upload_living_sent" ON "upload" USING btree ("link_id","sha256","size") WHERE "upload"."state" in ('open', 'received') and "upload"."link_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "upload_living_bytes" ON "upload" USING btree ("owner_id","sha256","size") WHERE "upload"."state" in ('open', 'received') and "upload"."link_id" is null;--> statement-breakpoint
ALTER TABLE "share_link" DROP COLUMN "uploaded_bytes";--> statement-breakpoint
ALTER TABLE "share_link" DROP COLUMN "uploaded_count";