CREATE TABLE "stripped" (
	"asset_id" uuid PRIMARY KEY NOT NULL,
	"sha256" "bytea" NOT NULL,
	"version" smallint NOT NULL,
	"type" text,
	"size" bigint,
	"made_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "stripped" ADD CONSTRAINT "stripped_asset_id_asset_id_fk" FOREIGN KEY ("asset_id") REFERENCES "public"."asset"("id") ON DELETE cascade ON UPDATE no action;