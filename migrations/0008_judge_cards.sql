CREATE TABLE "judge_cards" (
	"project_id" text NOT NULL,
	"id" text NOT NULL,
	"request_hash" text NOT NULL,
	"evaluator_version" text NOT NULL,
	"card" json NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "judge_cards_project_id_id_pk" PRIMARY KEY("project_id","id")
);
--> statement-breakpoint
ALTER TABLE "judge_cards" ADD CONSTRAINT "judge_cards_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "judge_cards_by_version" ON "judge_cards" USING btree ("project_id","evaluator_version","created_at");--> statement-breakpoint
CREATE INDEX "judge_cards_by_age" ON "judge_cards" USING btree ("project_id","created_at","id");--> statement-breakpoint
CREATE INDEX "judge_cards_by_request" ON "judge_cards" USING btree ("project_id","request_hash");