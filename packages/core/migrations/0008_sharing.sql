CREATE TABLE "apikey" (
	"id" uuid PRIMARY KEY NOT NULL,
	"config_id" text DEFAULT 'default' NOT NULL,
	"name" text,
	"start" text,
	"prefix" text,
	"key" text NOT NULL,
	"reference_id" uuid NOT NULL,
	"refill_interval" integer,
	"refill_amount" integer,
	"last_refill_at" timestamp with time zone,
	"enabled" boolean DEFAULT true,
	"rate_limit_enabled" boolean DEFAULT true,
	"rate_limit_time_window" integer,
	"rate_limit_max" integer,
	"request_count" integer DEFAULT 0,
	"remaining" integer,
	"last_request" timestamp with time zone,
	"expires_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"permissions" text,
	"metadata" text
);
--> statement-breakpoint
CREATE TABLE "invite" (
	"id" uuid PRIMARY KEY NOT NULL,
	"token_sha256" "bytea" NOT NULL,
	"name" text DEFAULT '' NOT NULL,
	"quota_bytes" bigint,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	"used_by" uuid,
	CONSTRAINT "invite_token_sha256_unique" UNIQUE("token_sha256")
);
--> statement-breakpoint
CREATE TABLE "passkey" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text,
	"public_key" text NOT NULL,
	"user_id" uuid NOT NULL,
	"credential_id" text NOT NULL,
	"counter" integer NOT NULL,
	"device_type" text NOT NULL,
	"backed_up" boolean NOT NULL,
	"transports" text,
	"aaguid" text,
	"created_at" timestamp with time zone DEFAULT now()
);
--> statement-breakpoint
CREATE TABLE "album" (
	"id" uuid PRIMARY KEY NOT NULL,
	"owner_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"title" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"cover_id" uuid,
	"sort" text DEFAULT 'newest' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "album_item" (
	"album_id" uuid NOT NULL,
	"asset_id" uuid NOT NULL,
	"added_by" uuid,
	"position" double precision DEFAULT 0 NOT NULL,
	"added_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "album_item_album_id_asset_id_pk" PRIMARY KEY("album_id","asset_id")
);
--> statement-breakpoint
CREATE TABLE "audit" (
	"id" uuid PRIMARY KEY NOT NULL,
	"owner_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"action" text NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" uuid,
	"actor_name" text NOT NULL,
	"address" text,
	"details" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "grant" (
	"id" uuid PRIMARY KEY NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" uuid,
	"target_kind" text NOT NULL,
	"target_id" uuid NOT NULL,
	"role" text NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "direct_link" (
	"id" uuid PRIMARY KEY NOT NULL,
	"owner_id" uuid NOT NULL,
	"asset_id" uuid,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "share_link" (
	"id" uuid PRIMARY KEY NOT NULL,
	"owner_id" uuid NOT NULL,
	"album_id" uuid NOT NULL,
	"token_sha256" "bytea",
	"slug" text,
	"password_hash" text,
	"unlock_version" integer DEFAULT 0 NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"allow_download" boolean DEFAULT true NOT NULL,
	"allow_originals" boolean DEFAULT true NOT NULL,
	"allow_upload" boolean DEFAULT false NOT NULL,
	"hide_metadata" boolean DEFAULT true NOT NULL,
	"frame_origins" text DEFAULT '' NOT NULL,
	"views" bigint DEFAULT 0 NOT NULL,
	"budget_bytes" bigint,
	"egress_month" integer DEFAULT 0 NOT NULL,
	"egress_bytes" bigint DEFAULT 0 NOT NULL,
	"upload_limit_bytes" bigint DEFAULT 0 NOT NULL,
	"upload_limit_count" integer DEFAULT 0 NOT NULL,
	"uploaded_bytes" bigint DEFAULT 0 NOT NULL,
	"uploaded_count" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "share_link_token_sha256_unique" UNIQUE("token_sha256"),
	CONSTRAINT "share_link_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
ALTER TABLE "session" ADD COLUMN "unlocked_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "user" ADD COLUMN "quota_bytes" bigint;--> statement-breakpoint
ALTER TABLE "user" ADD COLUMN "disabled_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "asset" ADD COLUMN "rating" smallint;--> statement-breakpoint
ALTER TABLE "asset" ADD COLUMN "archived_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "asset" ADD COLUMN "locked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "asset" ADD COLUMN "trashed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "asset" ADD COLUMN "held_by" uuid;--> statement-breakpoint
ALTER TABLE "asset" ADD COLUMN "guest_name" text;--> statement-breakpoint
ALTER TABLE "asset" ADD COLUMN "source_id" uuid;--> statement-breakpoint
ALTER TABLE "asset" ADD COLUMN "source_key" text collate "C";--> statement-breakpoint
ALTER TABLE "upload" ADD COLUMN "album_id" uuid;--> statement-breakpoint
ALTER TABLE "upload" ADD COLUMN "link_id" uuid;--> statement-breakpoint
ALTER TABLE "upload" ADD COLUMN "guest_name" text;--> statement-breakpoint
ALTER TABLE "apikey" ADD CONSTRAINT "apikey_reference_id_user_id_fk" FOREIGN KEY ("reference_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invite" ADD CONSTRAINT "invite_created_by_user_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invite" ADD CONSTRAINT "invite_used_by_user_id_fk" FOREIGN KEY ("used_by") REFERENCES "public"."user"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passkey" ADD CONSTRAINT "passkey_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "album" ADD CONSTRAINT "album_owner_id_user_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "album" ADD CONSTRAINT "album_cover_id_asset_id_fk" FOREIGN KEY ("cover_id") REFERENCES "public"."asset"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "album_item" ADD CONSTRAINT "album_item_album_id_album_id_fk" FOREIGN KEY ("album_id") REFERENCES "public"."album"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "album_item" ADD CONSTRAINT "album_item_asset_id_asset_id_fk" FOREIGN KEY ("asset_id") REFERENCES "public"."asset"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "album_item" ADD CONSTRAINT "album_item_added_by_user_id_fk" FOREIGN KEY ("added_by") REFERENCES "public"."user"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit" ADD CONSTRAINT "audit_owner_id_user_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grant" ADD CONSTRAINT "grant_created_by_user_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."user"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "direct_link" ADD CONSTRAINT "direct_link_owner_id_user_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "direct_link" ADD CONSTRAINT "direct_link_asset_id_asset_id_fk" FOREIGN KEY ("asset_id") REFERENCES "public"."asset"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "share_link" ADD CONSTRAINT "share_link_owner_id_user_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "share_link" ADD CONSTRAINT "share_link_album_id_album_id_fk" FOREIGN KEY ("album_id") REFERENCES "public"."album"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "apikey_key" ON "apikey" USING btree ("key");--> statement-breakpoint
CREATE INDEX "apikey_reference" ON "apikey" USING btree ("reference_id");--> statement-breakpoint
CREATE INDEX "invite_created_by" ON "invite" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "passkey_user" ON "passkey" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "passkey_credential" ON "passkey" USING btree ("credential_id");--> statement-breakpoint
CREATE INDEX "album_owner" ON "album" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "album_item_asset" ON "album_item" USING btree ("asset_id");--> statement-breakpoint
CREATE INDEX "audit_owner" ON "audit" USING btree ("owner_id","id" DESC NULLS FIRST);--> statement-breakpoint
CREATE UNIQUE INDEX "grant_once" ON "grant" USING btree ("target_kind","target_id","subject_kind","subject_id");--> statement-breakpoint
CREATE INDEX "grant_subject" ON "grant" USING btree ("subject_kind","subject_id");--> statement-breakpoint
CREATE INDEX "direct_link_owner" ON "direct_link" USING btree ("owner_id","expires_at");--> statement-breakpoint
CREATE INDEX "direct_link_asset" ON "direct_link" USING btree ("asset_id");--> statement-breakpoint
CREATE INDEX "share_link_owner" ON "share_link" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "share_link_album" ON "share_link" USING btree ("album_id");--> statement-breakpoint
CREATE INDEX "share_link_expiry" ON "share_link" USING btree ("expires_at") WHERE "share_link"."revoked_at" is null;--> statement-breakpoint
ALTER TABLE "asset" ADD CONSTRAINT "asset_source_id_asset_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."asset"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "asset_favourite" ON "asset" USING btree ("owner_id") WHERE "asset"."favourite";--> statement-breakpoint
CREATE INDEX "asset_archived" ON "asset" USING btree ("owner_id") WHERE "asset"."archived_at" is not null;--> statement-breakpoint
CREATE INDEX "asset_locked" ON "asset" USING btree ("owner_id") WHERE "asset"."locked_at" is not null;--> statement-breakpoint
CREATE INDEX "asset_trashed" ON "asset" USING btree ("owner_id","trashed_at") WHERE "asset"."trashed_at" is not null;--> statement-breakpoint
CREATE INDEX "asset_held" ON "asset" USING btree ("owner_id","held_by") WHERE "asset"."held_by" is not null;--> statement-breakpoint
CREATE INDEX "asset_source" ON "asset" USING btree ("source_id") WHERE "asset"."source_id" is not null;--> statement-breakpoint
CREATE INDEX "upload_link" ON "upload" USING btree ("link_id") WHERE "upload"."link_id" is not null;