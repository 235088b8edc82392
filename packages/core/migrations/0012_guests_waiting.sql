-- What guests sent before it was noted where it waits.
INSERT INTO "guest_offer" ("album_id", "asset_id", "guest_name", "sent_at")
SELECT "share_link"."album_id", "asset"."id", "asset"."guest_name", "asset"."created_at"
FROM "asset" JOIN "share_link" ON "share_link"."id" = "asset"."held_by"
ON CONFLICT DO NOTHING;
