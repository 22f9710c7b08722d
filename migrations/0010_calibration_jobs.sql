DROP INDEX "judge_cards_by_request";--> statement-breakpoint
ALTER TABLE "judge_cards" DROP COLUMN "request_hash";