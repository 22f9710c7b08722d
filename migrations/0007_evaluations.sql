DROP INDEX "jobs_by_age";--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "kind" text DEFAULT 'optimization' NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "result" json;--> statement-breakpoint
CREATE INDEX "jobs_by_age" ON "jobs" USING btree ("project_id","kind","created_at","id");