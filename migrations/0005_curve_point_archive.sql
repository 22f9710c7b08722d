ALTER TABLE "curve_points" ADD COLUMN "intervals" json;--> statement-breakpoint
ALTER TABLE "curve_points" ADD COLUMN "hypervolume" double precision;--> statement-breakpoint
ALTER TABLE "curve_points" ADD COLUMN "front" text[] DEFAULT '{}' NOT NULL;