ALTER TABLE "curve_points" ADD COLUMN "violation" double precision DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "noise" json;