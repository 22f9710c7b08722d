CREATE TABLE "curve_points" (
	"project_id" text NOT NULL,
	"job_id" text NOT NULL,
	"seq" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"rollouts" integer NOT NULL,
	"tokens" bigint NOT NULL,
	"usd" double precision NOT NULL,
	"candidate_id" text NOT NULL,
	"best" text NOT NULL,
	"score" double precision,
	"interval" json,
	"rows" integer NOT NULL,
	"objectives" json NOT NULL,
	CONSTRAINT "curve_points_project_id_job_id_seq_pk" PRIMARY KEY("project_id","job_id","seq")
);
--> statement-breakpoint
CREATE TABLE "job_events" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"job_id" text NOT NULL,
	"key" text NOT NULL,
	"type" text NOT NULL,
	"data" json NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "job_events_by_key" UNIQUE("project_id","job_id","key")
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"name" text,
	"status" text DEFAULT 'queued' NOT NULL,
	"stop_reason" text,
	"request" json NOT NULL,
	"resolved" json NOT NULL,
	"resolved_hash" text NOT NULL,
	"seed" bigint NOT NULL,
	"budget" json NOT NULL,
	"progress" json,
	"spent" json,
	"baseline" json,
	"best" json,
	"verdict" json,
	"warnings" json DEFAULT '[]'::json NOT NULL,
	"error" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"cancel_requested" boolean DEFAULT false NOT NULL,
	"prompt_name" text,
	"schedule_id" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "schedules" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"cron" text NOT NULL,
	"timezone" text DEFAULT 'UTC' NOT NULL,
	"job" json NOT NULL,
	"when" text DEFAULT 'always' NOT NULL,
	"import" boolean DEFAULT false NOT NULL,
	"notify" json,
	"enabled" boolean DEFAULT true NOT NULL,
	"last_job_id" text,
	"last_run_at" timestamp (3) with time zone,
	"last_hash" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "schedules_by_name" UNIQUE("project_id","name")
);
--> statement-breakpoint
CREATE TABLE "sealed_reads" (
	"project_id" text NOT NULL,
	"sha256" text NOT NULL,
	"job_id" text NOT NULL,
	"dataset" text,
	"candidates" integer NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sealed_reads_project_id_sha256_job_id_pk" PRIMARY KEY("project_id","sha256","job_id")
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"hash" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"project_id" text NOT NULL,
	"key" text NOT NULL,
	"operation" text NOT NULL,
	"body_hash" text NOT NULL,
	"status" integer,
	"response" json,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_project_id_key_operation_pk" PRIMARY KEY("project_id","key","operation")
);
--> statement-breakpoint
CREATE TABLE "projects" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "candidate_fates" (
	"project_id" text NOT NULL,
	"job_id" text NOT NULL,
	"candidate_id" text NOT NULL,
	"seq" integer NOT NULL,
	"fate" text NOT NULL,
	"reason" text NOT NULL,
	CONSTRAINT "candidate_fates_project_id_job_id_candidate_id_seq_pk" PRIMARY KEY("project_id","job_id","candidate_id","seq")
);
--> statement-breakpoint
CREATE TABLE "candidates" (
	"project_id" text NOT NULL,
	"job_id" text NOT NULL,
	"candidate_id" text NOT NULL,
	"seq" integer NOT NULL,
	"components" json NOT NULL,
	"parents" text[] NOT NULL,
	"operator" text NOT NULL,
	"reason" text NOT NULL,
	"prompt_tokens" integer NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "candidates_project_id_job_id_candidate_id_pk" PRIMARY KEY("project_id","job_id","candidate_id")
);
--> statement-breakpoint
CREATE TABLE "model_calls" (
	"project_id" text NOT NULL,
	"job_id" text NOT NULL,
	"call_id" text NOT NULL,
	"role" text NOT NULL,
	"provider" text NOT NULL,
	"model" text NOT NULL,
	"request" json NOT NULL,
	"outcome" json NOT NULL,
	"input_tokens" integer NOT NULL,
	"cached_input_tokens" integer NOT NULL,
	"output_tokens" integer NOT NULL,
	"nano_usd" bigint,
	"latency_ms" double precision,
	"lost" json NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "model_calls_project_id_job_id_call_id_pk" PRIMARY KEY("project_id","job_id","call_id")
);
--> statement-breakpoint
CREATE TABLE "refusals" (
	"project_id" text NOT NULL,
	"job_id" text NOT NULL,
	"seq" integer NOT NULL,
	"operator" text NOT NULL,
	"parents" text[] NOT NULL,
	"refusal" text NOT NULL,
	"detail" text NOT NULL,
	CONSTRAINT "refusals_project_id_job_id_seq_pk" PRIMARY KEY("project_id","job_id","seq")
);
--> statement-breakpoint
CREATE TABLE "rollouts" (
	"project_id" text NOT NULL,
	"job_id" text NOT NULL,
	"candidate_id" text NOT NULL,
	"row_id" text NOT NULL,
	"repeat" smallint NOT NULL,
	"purpose" text NOT NULL,
	"output" text NOT NULL,
	"steps" json NOT NULL,
	"error" json,
	"values" json NOT NULL,
	CONSTRAINT "rollouts_project_id_job_id_candidate_id_row_id_repeat_pk" PRIMARY KEY("project_id","job_id","candidate_id","row_id","repeat")
);
--> statement-breakpoint
CREATE TABLE "scores" (
	"project_id" text NOT NULL,
	"job_id" text NOT NULL,
	"candidate_id" text NOT NULL,
	"row_id" text NOT NULL,
	"repeat" smallint NOT NULL,
	"evaluator" text NOT NULL,
	"value" double precision,
	"pass" boolean NOT NULL,
	"feedback" text NOT NULL,
	"category" text,
	"details" json,
	CONSTRAINT "scores_project_id_job_id_candidate_id_row_id_repeat_evaluator_pk" PRIMARY KEY("project_id","job_id","candidate_id","row_id","repeat","evaluator")
);
--> statement-breakpoint
CREATE TABLE "dataset_rows" (
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"position" integer NOT NULL,
	"row_id" text NOT NULL,
	"split" text,
	"input" json NOT NULL,
	"expected" json,
	"context" json NOT NULL,
	"cohort" text,
	"metadata" json NOT NULL,
	"excluded" text,
	CONSTRAINT "dataset_rows_project_id_name_version_position_pk" PRIMARY KEY("project_id","name","version","position")
);
--> statement-breakpoint
CREATE TABLE "dataset_versions" (
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"status" text DEFAULT 'staging' NOT NULL,
	"sha256" text DEFAULT '' NOT NULL,
	"row_count" integer DEFAULT 0 NOT NULL,
	"splits" json,
	"split_ratio" json,
	"warnings" json,
	"bytes" bigint DEFAULT 0 NOT NULL,
	"message" text,
	"author" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "dataset_versions_project_id_name_version_pk" PRIMARY KEY("project_id","name","version")
);
--> statement-breakpoint
CREATE TABLE "datasets" (
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "datasets_project_id_name_pk" PRIMARY KEY("project_id","name")
);
--> statement-breakpoint
CREATE TABLE "prompt_environments" (
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"environment" text NOT NULL,
	"version" integer NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "prompt_environments_project_id_name_environment_pk" PRIMARY KEY("project_id","name","environment")
);
--> statement-breakpoint
CREATE TABLE "prompt_versions" (
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"sha256" text NOT NULL,
	"content" json NOT NULL,
	"message" text,
	"author" text,
	"reason" text,
	"parent" text,
	"labels" text[] DEFAULT '{}' NOT NULL,
	"source" json,
	"stage" text DEFAULT 'draft' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "prompt_versions_project_id_name_version_pk" PRIMARY KEY("project_id","name","version"),
	CONSTRAINT "prompt_versions_by_content" UNIQUE("project_id","name","sha256")
);
--> statement-breakpoint
CREATE TABLE "prompts" (
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "prompts_project_id_name_pk" PRIMARY KEY("project_id","name")
);
--> statement-breakpoint
CREATE TABLE "suite_versions" (
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"sha256" text NOT NULL,
	"content" json NOT NULL,
	"message" text,
	"author" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "suite_versions_project_id_name_version_pk" PRIMARY KEY("project_id","name","version"),
	CONSTRAINT "suite_versions_by_content" UNIQUE("project_id","name","sha256")
);
--> statement-breakpoint
CREATE TABLE "suites" (
	"project_id" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "suites_project_id_name_pk" PRIMARY KEY("project_id","name")
);
--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedules" ADD CONSTRAINT "schedules_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dataset_versions" ADD CONSTRAINT "dataset_versions_project_id_name_datasets_project_id_name_fk" FOREIGN KEY ("project_id","name") REFERENCES "public"."datasets"("project_id","name") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "prompt_environments" ADD CONSTRAINT "prompt_environments_project_id_name_version_prompt_versions_project_id_name_version_fk" FOREIGN KEY ("project_id","name","version") REFERENCES "public"."prompt_versions"("project_id","name","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "prompt_versions" ADD CONSTRAINT "prompt_versions_project_id_name_prompts_project_id_name_fk" FOREIGN KEY ("project_id","name") REFERENCES "public"."prompts"("project_id","name") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "prompts" ADD CONSTRAINT "prompts_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suite_versions" ADD CONSTRAINT "suite_versions_project_id_name_suites_project_id_name_fk" FOREIGN KEY ("project_id","name") REFERENCES "public"."suites"("project_id","name") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suites" ADD CONSTRAINT "suites_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "job_events_by_job" ON "job_events" USING btree ("project_id","job_id","id");--> statement-breakpoint
CREATE INDEX "jobs_by_age" ON "jobs" USING btree ("project_id","created_at","id");--> statement-breakpoint
CREATE INDEX "jobs_by_prompt" ON "jobs" USING btree ("project_id","prompt_name","created_at","id");--> statement-breakpoint
CREATE INDEX "jobs_by_schedule" ON "jobs" USING btree ("project_id","schedule_id","created_at");--> statement-breakpoint
CREATE INDEX "api_keys_by_project" ON "api_keys" USING btree ("project_id","created_at");--> statement-breakpoint
CREATE INDEX "idempotency_keys_by_age" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "rollouts_by_row" ON "rollouts" USING btree ("project_id","job_id","row_id");--> statement-breakpoint
CREATE UNIQUE INDEX "dataset_rows_by_id" ON "dataset_rows" USING btree ("project_id","name","version","row_id");--> statement-breakpoint
CREATE INDEX "dataset_rows_by_split" ON "dataset_rows" USING btree ("project_id","name","version","split","position");--> statement-breakpoint
CREATE INDEX "dataset_versions_by_content" ON "dataset_versions" USING btree ("project_id","name","sha256");