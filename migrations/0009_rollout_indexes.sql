DROP INDEX "rollouts_by_row";--> statement-breakpoint
CREATE INDEX "rollouts_beside_search" ON "rollouts" USING btree ("project_id","job_id","purpose","candidate_id","row_id","repeat") WHERE purpose <> 'search';--> statement-breakpoint
CREATE INDEX "rollouts_by_row" ON "rollouts" USING btree ("project_id","job_id","row_id","candidate_id","repeat");