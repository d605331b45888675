CREATE TABLE "platform_stripe_inbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "platform_stripe_inbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account" text NOT NULL,
	"event_id" text NOT NULL,
	"type" text NOT NULL,
	"object_id" text,
	"received_at" timestamp (3) with time zone NOT NULL,
	"applied_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "purchase" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"contact_id" uuid NOT NULL,
	"plan_version_id" uuid NOT NULL,
	"quantity" integer NOT NULL,
	"currency" text NOT NULL,
	"net_minor" bigint NOT NULL,
	"tax_minor" bigint NOT NULL,
	"gross_minor" bigint NOT NULL,
	"state" text NOT NULL,
	"description" text NOT NULL,
	"seller" text NOT NULL,
	"success_url" text NOT NULL,
	"cancel_url" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"stripe_session_id" text,
	"checkout_url" text,
	"quote_id" text,
	"failure" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"paid_at" timestamp (3) with time zone,
	CONSTRAINT "purchase_vendor_id_id_pk" PRIMARY KEY("vendor_id","id"),
	CONSTRAINT "purchase_sums" CHECK ("purchase"."gross_minor" = "purchase"."net_minor" + "purchase"."tax_minor"
    and "purchase"."net_minor" >= 0 and "purchase"."tax_minor" >= 0 and "purchase"."quantity" >= 1),
	CONSTRAINT "purchase_open_has_page" CHECK (("purchase"."state" = 'OPEN') = ("purchase"."checkout_url" is not null)
    and ("purchase"."state" not in ('OPEN', 'PAID') or "purchase"."stripe_session_id" is not null)),
	CONSTRAINT "purchase_paid_at" CHECK (("purchase"."state" = 'PAID') = ("purchase"."paid_at" is not null)),
	CONSTRAINT "purchase_failure" CHECK (("purchase"."state" = 'FAILED') = ("purchase"."failure" is not null))
);
--> statement-breakpoint
CREATE TABLE "stripe_customer" (
	"vendor_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"stripe_customer_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "stripe_customer_vendor_id_customer_id_pk" PRIMARY KEY("vendor_id","customer_id")
);
--> statement-breakpoint
CREATE TABLE "decision" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"number" integer NOT NULL,
	"product_id" uuid NOT NULL,
	"stage" text NOT NULL,
	"proposed" boolean NOT NULL,
	"accepts_id" uuid,
	"class" text NOT NULL,
	"handler" text NOT NULL,
	"payer" text NOT NULL,
	"promises" jsonb NOT NULL,
	"unit" text,
	"units" integer NOT NULL,
	"ceiling_incidents" integer NOT NULL,
	"ceiling_minutes" integer NOT NULL,
	"payable" boolean NOT NULL,
	"duty_id" uuid,
	"duty_code" text,
	"reason" text NOT NULL,
	"rule_key" text NOT NULL,
	"turn_to" text,
	"policy_version_id" uuid NOT NULL,
	"agreement_id" text,
	"cause" text,
	"facts" jsonb NOT NULL,
	"fact_values" jsonb NOT NULL,
	"contested" boolean NOT NULL,
	"contested_facts" jsonb NOT NULL,
	"threw" jsonb NOT NULL,
	"considered" jsonb NOT NULL,
	"outcome_table" jsonb NOT NULL,
	"decided_by_kind" text NOT NULL,
	"decided_by" text,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "decision_vendor_id_id_pk" PRIMARY KEY("vendor_id","id"),
	CONSTRAINT "decision_charge" CHECK ("decision"."units" >= 0 and ("decision"."unit" is not null) = ("decision"."units" > 0) and ("decision"."units" = 0 or "decision"."payer" = 'CUSTOMER')),
	CONSTRAINT "decision_ceiling" CHECK ("decision"."ceiling_incidents" >= 0 and "decision"."ceiling_minutes" >= 0),
	CONSTRAINT "decision_accepted" CHECK (not ("decision"."proposed" and "decision"."accepts_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "fact" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"subject_id" text NOT NULL,
	"name" text NOT NULL,
	"value" jsonb NOT NULL,
	"source" text NOT NULL,
	"stated_by" text,
	"stated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "fact_vendor_id_id_pk" PRIMARY KEY("vendor_id","id")
);
--> statement-breakpoint
CREATE TABLE "quote" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"contact_id" uuid,
	"product_id" uuid NOT NULL,
	"component_id" uuid,
	"kind" text NOT NULL,
	"severity" text NOT NULL,
	"ceiling_incidents" integer NOT NULL,
	"ceiling_minutes" integer NOT NULL,
	"agreement_id" text,
	"price_plan_version_id" uuid,
	"price_quantity" integer,
	"price_currency" text,
	"price_net_minor" integer,
	"price_tax_minor" integer,
	"promises" jsonb NOT NULL,
	"decision_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"state" text NOT NULL,
	"used_by_subject_id" text,
	"used_at" timestamp (3) with time zone,
	CONSTRAINT "quote_vendor_id_id_pk" PRIMARY KEY("vendor_id","id"),
	CONSTRAINT "quote_used" CHECK (("quote"."state" = 'USED') = ("quote"."used_by_subject_id" is not null and "quote"."used_at" is not null)),
	CONSTRAINT "quote_price" CHECK (num_nulls("quote"."price_plan_version_id", "quote"."price_quantity", "quote"."price_currency", "quote"."price_net_minor", "quote"."price_tax_minor") in (0, 5)),
	CONSTRAINT "quote_ceiling" CHECK ("quote"."ceiling_incidents" >= 0 and "quote"."ceiling_minutes" >= 0)
);
--> statement-breakpoint
CREATE TABLE "scope_policy" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"product_id" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "scope_policy_vendor_id_id_pk" PRIMARY KEY("vendor_id","id"),
	CONSTRAINT "scope_policy_product" UNIQUE NULLS NOT DISTINCT("vendor_id","product_id")
);
--> statement-breakpoint
CREATE TABLE "scope_policy_rule" (
	"vendor_id" uuid NOT NULL,
	"version_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"key" text NOT NULL,
	"condition" text NOT NULL,
	"class" text NOT NULL,
	"handler" text NOT NULL,
	"payer" text NOT NULL,
	"unit" text,
	"units" integer,
	"duty_code" text,
	"reason" text NOT NULL,
	"turn_to" text,
	"example" text,
	CONSTRAINT "scope_policy_rule_vendor_id_version_id_position_pk" PRIMARY KEY("vendor_id","version_id","position"),
	CONSTRAINT "scope_policy_rule_charge" CHECK (("scope_policy_rule"."unit" is null) = ("scope_policy_rule"."units" is null))
);
--> statement-breakpoint
CREATE TABLE "scope_policy_version" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"policy_id" uuid NOT NULL,
	"number" integer,
	"state" text NOT NULL,
	"drafted_at" timestamp (3) with time zone NOT NULL,
	"drafted_by" text,
	"published_at" timestamp (3) with time zone,
	"published_by" text,
	"retired_at" timestamp (3) with time zone,
	CONSTRAINT "scope_policy_version_vendor_id_id_pk" PRIMARY KEY("vendor_id","id"),
	CONSTRAINT "scope_policy_version_numbered" CHECK (("scope_policy_version"."state" in ('PUBLISHED', 'RETIRED')) = ("scope_policy_version"."number" is not null and "scope_policy_version"."published_at" is not null)),
	CONSTRAINT "scope_policy_version_retired" CHECK (("scope_policy_version"."state" = 'RETIRED') = ("scope_policy_version"."retired_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "cause_code" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"product_id" uuid,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"description" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "cause_code_vendor_id_id_pk" PRIMARY KEY("vendor_id","id")
);
--> statement-breakpoint
CREATE TABLE "component" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"owner" text NOT NULL,
	"owner_name" text,
	"description" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "component_vendor_id_id_pk" PRIMARY KEY("vendor_id","id"),
	CONSTRAINT "component_dependency_is_named" CHECK ("component"."owner" <> 'DEPENDENCY' or "component"."owner_name" is not null)
);
--> statement-breakpoint
CREATE TABLE "duty" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"code" text NOT NULL,
	"kind" text NOT NULL,
	"statement" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "duty_vendor_id_id_pk" PRIMARY KEY("vendor_id","id")
);
--> statement-breakpoint
CREATE TABLE "plan" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"product_id" uuid,
	"turn_to" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "plan_vendor_id_id_pk" PRIMARY KEY("vendor_id","id")
);
--> statement-breakpoint
CREATE TABLE "plan_price" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"plan_version_id" uuid NOT NULL,
	"currency" text NOT NULL,
	"amount_minor" integer NOT NULL,
	"tax_rate_bps" integer NOT NULL,
	"interval" text NOT NULL,
	"per_seat" boolean NOT NULL,
	CONSTRAINT "plan_price_vendor_id_id_pk" PRIMARY KEY("vendor_id","id"),
	CONSTRAINT "plan_price_amounts" CHECK ("plan_price"."amount_minor" >= 0 and "plan_price"."tax_rate_bps" between 0 and 10000)
);
--> statement-breakpoint
CREATE TABLE "plan_version" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"plan_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"state" text DEFAULT 'DRAFT' NOT NULL,
	"unit" text,
	"units" integer,
	"term_days" integer,
	"notice_days" integer NOT NULL,
	"summary" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"published_at" timestamp (3) with time zone,
	"retired_at" timestamp (3) with time zone,
	CONSTRAINT "plan_version_vendor_id_id_pk" PRIMARY KEY("vendor_id","id"),
	CONSTRAINT "plan_version_units" CHECK (("plan_version"."unit" is null) = ("plan_version"."units" is null) and "plan_version"."units" >= 1 and "plan_version"."term_days" >= 1 and "plan_version"."notice_days" >= 0),
	CONSTRAINT "plan_version_instants" CHECK (("plan_version"."state" = 'DRAFT') = ("plan_version"."published_at" is null) and ("plan_version"."state" = 'RETIRED') = ("plan_version"."retired_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "product" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"description" text NOT NULL,
	"state" text DEFAULT 'DRAFT' NOT NULL,
	"languages" text[] NOT NULL,
	"channels" text[] NOT NULL,
	"exclusions" text,
	"turn_to" text,
	"external_id" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "product_vendor_id_id_pk" PRIMARY KEY("vendor_id","id"),
	CONSTRAINT "product_on_sale_says_where_to_turn" CHECK ("product"."state" <> 'ON_SALE' or "product"."turn_to" is not null)
);
--> statement-breakpoint
CREATE TABLE "agreement" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"plan_version_id" uuid NOT NULL,
	"plan_kind" text NOT NULL,
	"product_id" uuid,
	"notice_days" integer NOT NULL,
	"policy_version_id" uuid,
	"state" text DEFAULT 'ACTIVE' NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone,
	"source_kind" text NOT NULL,
	"source_id" text NOT NULL,
	"last_posted_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "agreement_vendor_id_id_pk" PRIMARY KEY("vendor_id","id"),
	CONSTRAINT "agreement_term" CHECK ("agreement"."ends_at" is null or "agreement"."ends_at" > "agreement"."starts_at")
);
--> statement-breakpoint
CREATE TABLE "ledger_entry" (
	"vendor_id" uuid NOT NULL,
	"transaction_id" uuid NOT NULL,
	"lot_id" uuid NOT NULL,
	"account" text NOT NULL,
	"unit" text NOT NULL,
	"amount" integer NOT NULL,
	CONSTRAINT "ledger_entry_vendor_id_transaction_id_lot_id_account_pk" PRIMARY KEY("vendor_id","transaction_id","lot_id","account"),
	CONSTRAINT "ledger_entry_moves" CHECK ("ledger_entry"."amount" <> 0)
);
--> statement-breakpoint
CREATE TABLE "ledger_transaction" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"agreement_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"subject_id" text,
	"reservation_id" uuid,
	"reason" text NOT NULL,
	"corrects_id" uuid,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "ledger_transaction_vendor_id_id_pk" PRIMARY KEY("vendor_id","id"),
	CONSTRAINT "ledger_transaction_correction" CHECK (("ledger_transaction"."kind" = 'CORRECTION') = ("ledger_transaction"."corrects_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "lot" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"agreement_id" uuid NOT NULL,
	"unit" text NOT NULL,
	"issued" integer DEFAULT 0 NOT NULL,
	"available" integer DEFAULT 0 NOT NULL,
	"reserved" integer DEFAULT 0 NOT NULL,
	"used" integer DEFAULT 0 NOT NULL,
	"expired" integer DEFAULT 0 NOT NULL,
	"refunded" integer DEFAULT 0 NOT NULL,
	"transferred_out" integer DEFAULT 0 NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"priority" integer NOT NULL,
	"source_kind" text NOT NULL,
	"source_id" text NOT NULL,
	"continues_lot_id" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "lot_vendor_id_id_pk" PRIMARY KEY("vendor_id","id"),
	CONSTRAINT "lot_sums" CHECK ("lot"."issued" = "lot"."available" + "lot"."reserved" + "lot"."used" + "lot"."expired" + "lot"."refunded" + "lot"."transferred_out"),
	CONSTRAINT "lot_not_below_zero" CHECK (least("lot"."available", "lot"."reserved", "lot"."used", "lot"."expired", "lot"."refunded", "lot"."transferred_out") >= 0)
);
--> statement-breakpoint
CREATE TABLE "reservation" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"agreement_id" uuid NOT NULL,
	"subject_id" text NOT NULL,
	"stream_id" text NOT NULL,
	"unit" text NOT NULL,
	"units" integer NOT NULL,
	"state" text DEFAULT 'HELD' NOT NULL,
	"captured_units" integer DEFAULT 0 NOT NULL,
	"held_at" timestamp (3) with time zone NOT NULL,
	"resolved_at" timestamp (3) with time zone,
	CONSTRAINT "reservation_vendor_id_id_pk" PRIMARY KEY("vendor_id","id"),
	CONSTRAINT "reservation_units" CHECK ("reservation"."units" >= 1 and "reservation"."captured_units" between 0 and "reservation"."units"),
	CONSTRAINT "reservation_resolved" CHECK (("reservation"."state" = 'HELD') = ("reservation"."resolved_at" is null) and ("reservation"."state" = 'CAPTURED') = ("reservation"."captured_units" > 0))
);
--> statement-breakpoint
CREATE TABLE "reservation_lot" (
	"vendor_id" uuid NOT NULL,
	"reservation_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"lot_id" uuid NOT NULL,
	"units" integer NOT NULL,
	"held_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "reservation_lot_vendor_id_reservation_id_position_pk" PRIMARY KEY("vendor_id","reservation_id","position"),
	CONSTRAINT "reservation_lot_units" CHECK ("reservation_lot"."units" >= 1)
);
--> statement-breakpoint
CREATE TABLE "event" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"stream_id" text NOT NULL,
	"number" integer NOT NULL,
	"type" text NOT NULL,
	"visibility" text NOT NULL,
	"data" jsonb NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text,
	"request_id" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "event_vendor_id_id_pk" PRIMARY KEY("vendor_id","id")
);
--> statement-breakpoint
CREATE TABLE "event_stream" (
	"vendor_id" uuid NOT NULL,
	"stream_id" text NOT NULL,
	"last_number" integer NOT NULL,
	CONSTRAINT "event_stream_vendor_id_stream_id_pk" PRIMARY KEY("vendor_id","stream_id")
);
--> statement-breakpoint
CREATE TABLE "platform_outbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "platform_outbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"task" text NOT NULL,
	"vendor_id" uuid,
	"type" text NOT NULL,
	"subject_id" text NOT NULL,
	"queue" text
);
--> statement-breakpoint
CREATE TABLE "idempotency" (
	"vendor_id" uuid NOT NULL,
	"actor" text NOT NULL,
	"key" text NOT NULL,
	"input_hash" text NOT NULL,
	"result_id" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_vendor_id_actor_key_pk" PRIMARY KEY("vendor_id","actor","key")
);
--> statement-breakpoint
CREATE TABLE "platform_idempotency" (
	"scope" text NOT NULL,
	"key" text NOT NULL,
	"input_hash" text NOT NULL,
	"vendor_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "platform_idempotency_scope_key_pk" PRIMARY KEY("scope","key")
);
--> statement-breakpoint
CREATE TABLE "platform_timer" (
	"vendor_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"fire_at" timestamp (3) with time zone NOT NULL,
	"generation" integer DEFAULT 1 NOT NULL,
	"leased_until" timestamp (3) with time zone,
	CONSTRAINT "platform_timer_vendor_id_kind_subject_id_pk" PRIMARY KEY("vendor_id","kind","subject_id")
);
--> statement-breakpoint
CREATE TABLE "calendar" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"number" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "calendar_vendor_id_id_pk" PRIMARY KEY("vendor_id","id")
);
--> statement-breakpoint
CREATE TABLE "calendar_version" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"calendar_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"spec" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "calendar_version_vendor_id_id_pk" PRIMARY KEY("vendor_id","id")
);
--> statement-breakpoint
CREATE TABLE "clock" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"subject_id" text NOT NULL,
	"stream_id" text NOT NULL,
	"metric" text NOT NULL,
	"kind" text NOT NULL,
	"minutes" integer NOT NULL,
	"calendar_version_id" uuid,
	"promise_id" uuid,
	"state" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone,
	"told_due_at" timestamp (3) with time zone,
	"warn_at" timestamp (3) with time zone,
	"warned_at" timestamp (3) with time zone,
	"breached_at" timestamp (3) with time zone,
	"stopped_at" timestamp (3) with time zone,
	"spent_ms" bigint NOT NULL,
	"last_number" integer NOT NULL,
	CONSTRAINT "clock_vendor_id_id_pk" PRIMARY KEY("vendor_id","id"),
	CONSTRAINT "clock_stopped" CHECK (("clock"."state" in ('STOPPED', 'CANCELLED')) = ("clock"."stopped_at" is not null)),
	CONSTRAINT "clock_told" CHECK ("clock"."due_at" <= "clock"."told_due_at"),
	CONSTRAINT "clock_spent" CHECK ("clock"."spent_ms" >= 0)
);
--> statement-breakpoint
CREATE TABLE "clock_event" (
	"vendor_id" uuid NOT NULL,
	"clock_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"kind" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"body" jsonb NOT NULL,
	CONSTRAINT "clock_event_vendor_id_clock_id_number_pk" PRIMARY KEY("vendor_id","clock_id","number")
);
--> statement-breakpoint
CREATE TABLE "promise" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"duty_id" uuid,
	"plan_version_id" uuid,
	"severity" text,
	"metric" text NOT NULL,
	"minutes" integer NOT NULL,
	"calendar_id" uuid,
	"kind" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"replaced_at" timestamp (3) with time zone,
	CONSTRAINT "promise_vendor_id_id_pk" PRIMARY KEY("vendor_id","id"),
	CONSTRAINT "promise_owner" CHECK (num_nonnulls("promise"."duty_id", "promise"."plan_version_id") = 1),
	CONSTRAINT "promise_minutes" CHECK ("promise"."minutes" between 1 and 525600)
);
--> statement-breakpoint
CREATE TABLE "message" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"ticket_id" uuid NOT NULL,
	"visibility" text NOT NULL,
	"kind" text NOT NULL,
	"author_kind" text NOT NULL,
	"author_id" text,
	"body" text NOT NULL,
	"automated" boolean NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "message_vendor_id_id_pk" PRIMARY KEY("vendor_id","id")
);
--> statement-breakpoint
CREATE TABLE "part" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"ticket_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"title" text NOT NULL,
	"component_id" uuid,
	"state" text NOT NULL,
	"state_since" timestamp (3) with time zone NOT NULL,
	"agreement_id" text,
	"ceiling_incidents" integer NOT NULL,
	"ceiling_minutes" integer NOT NULL,
	"class_announced_at" timestamp (3) with time zone,
	"cause" text,
	"finding" text,
	"work_started_at" timestamp (3) with time zone,
	"charge_units" integer,
	"charge_unit" text,
	"resolved_at" timestamp (3) with time zone,
	"resolved_by" text,
	"confirm_by" timestamp (3) with time zone,
	"closed_by" text,
	"closed_at" timestamp (3) with time zone,
	CONSTRAINT "part_vendor_id_id_pk" PRIMARY KEY("vendor_id","id"),
	CONSTRAINT "part_ceiling" CHECK ("part"."ceiling_incidents" >= 0 and "part"."ceiling_minutes" >= 0 and ("part"."charge_units" is null or "part"."charge_units" = 0
    or "part"."charge_units" <= case "part"."charge_unit" when 'INCIDENT' then "part"."ceiling_incidents" when 'MINUTE' then "part"."ceiling_minutes" else -1 end)),
	CONSTRAINT "part_resolved" CHECK (("part"."state" in ('RESOLVED', 'CLOSED')) = ("part"."resolved_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "ticket" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"reference" text NOT NULL,
	"customer_id" uuid NOT NULL,
	"contact_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"kind" text NOT NULL,
	"severity" text NOT NULL,
	"state" text NOT NULL,
	"next_mover" text NOT NULL,
	"next_due_at" timestamp (3) with time zone,
	"assignee_id" uuid,
	"external_id" text,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"closed_at" timestamp (3) with time zone,
	CONSTRAINT "ticket_vendor_id_id_pk" PRIMARY KEY("vendor_id","id"),
	CONSTRAINT "ticket_next_move" CHECK (("ticket"."next_mover" = 'NOBODY') = ("ticket"."next_due_at" is null))
);
--> statement-breakpoint
CREATE TABLE "contact" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"roles" text[] NOT NULL,
	"locale" text NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"external_id" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "contact_vendor_id_id_pk" PRIMARY KEY("vendor_id","id")
);
--> statement-breakpoint
CREATE TABLE "counter" (
	"vendor_id" uuid NOT NULL,
	"name" text NOT NULL,
	"last" integer NOT NULL,
	CONSTRAINT "counter_vendor_id_name_pk" PRIMARY KEY("vendor_id","name")
);
--> statement-breakpoint
CREATE TABLE "customer" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"country" text NOT NULL,
	"locale" text NOT NULL,
	"consumer" boolean DEFAULT false NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"external_id" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "customer_vendor_id_id_pk" PRIMARY KEY("vendor_id","id")
);
--> statement-breakpoint
CREATE TABLE "member" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"roles" text[] NOT NULL,
	"locale" text NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"external_id" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "member_vendor_id_id_pk" PRIMARY KEY("vendor_id","id")
);
--> statement-breakpoint
CREATE TABLE "platform_directory" (
	"handle" text PRIMARY KEY NOT NULL,
	"vendor_id" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "vendor" (
	"vendor_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"handle" text NOT NULL,
	"reference_prefix" text NOT NULL,
	"locale" text NOT NULL,
	"time_zone" text NOT NULL,
	"currency" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "vendor_vendor_id_id_pk" PRIMARY KEY("vendor_id","id")
);
--> statement-breakpoint
ALTER TABLE "purchase" ADD CONSTRAINT "purchase_vendor_id_customer_id_customer_vendor_id_id_fk" FOREIGN KEY ("vendor_id","customer_id") REFERENCES "public"."customer"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchase" ADD CONSTRAINT "purchase_vendor_id_contact_id_contact_vendor_id_id_fk" FOREIGN KEY ("vendor_id","contact_id") REFERENCES "public"."contact"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "purchase" ADD CONSTRAINT "purchase_vendor_id_plan_version_id_plan_version_vendor_id_id_fk" FOREIGN KEY ("vendor_id","plan_version_id") REFERENCES "public"."plan_version"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stripe_customer" ADD CONSTRAINT "stripe_customer_vendor_id_customer_id_customer_vendor_id_id_fk" FOREIGN KEY ("vendor_id","customer_id") REFERENCES "public"."customer"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_vendor_id_product_id_product_vendor_id_id_fk" FOREIGN KEY ("vendor_id","product_id") REFERENCES "public"."product"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_vendor_id_policy_version_id_scope_policy_version_vendor_id_id_fk" FOREIGN KEY ("vendor_id","policy_version_id") REFERENCES "public"."scope_policy_version"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_vendor_id_duty_id_duty_vendor_id_id_fk" FOREIGN KEY ("vendor_id","duty_id") REFERENCES "public"."duty"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_vendor_id_accepts_id_decision_vendor_id_id_fk" FOREIGN KEY ("vendor_id","accepts_id") REFERENCES "public"."decision"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quote" ADD CONSTRAINT "quote_vendor_id_customer_id_customer_vendor_id_id_fk" FOREIGN KEY ("vendor_id","customer_id") REFERENCES "public"."customer"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quote" ADD CONSTRAINT "quote_vendor_id_contact_id_contact_vendor_id_id_fk" FOREIGN KEY ("vendor_id","contact_id") REFERENCES "public"."contact"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quote" ADD CONSTRAINT "quote_vendor_id_product_id_product_vendor_id_id_fk" FOREIGN KEY ("vendor_id","product_id") REFERENCES "public"."product"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quote" ADD CONSTRAINT "quote_vendor_id_component_id_component_vendor_id_id_fk" FOREIGN KEY ("vendor_id","component_id") REFERENCES "public"."component"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quote" ADD CONSTRAINT "quote_vendor_id_price_plan_version_id_plan_version_vendor_id_id_fk" FOREIGN KEY ("vendor_id","price_plan_version_id") REFERENCES "public"."plan_version"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quote" ADD CONSTRAINT "quote_vendor_id_decision_id_decision_vendor_id_id_fk" FOREIGN KEY ("vendor_id","decision_id") REFERENCES "public"."decision"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scope_policy" ADD CONSTRAINT "scope_policy_vendor_id_product_id_product_vendor_id_id_fk" FOREIGN KEY ("vendor_id","product_id") REFERENCES "public"."product"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scope_policy_rule" ADD CONSTRAINT "scope_policy_rule_vendor_id_version_id_scope_policy_version_vendor_id_id_fk" FOREIGN KEY ("vendor_id","version_id") REFERENCES "public"."scope_policy_version"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scope_policy_version" ADD CONSTRAINT "scope_policy_version_vendor_id_policy_id_scope_policy_vendor_id_id_fk" FOREIGN KEY ("vendor_id","policy_id") REFERENCES "public"."scope_policy"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cause_code" ADD CONSTRAINT "cause_code_vendor_id_product_id_product_vendor_id_id_fk" FOREIGN KEY ("vendor_id","product_id") REFERENCES "public"."product"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "component" ADD CONSTRAINT "component_vendor_id_product_id_product_vendor_id_id_fk" FOREIGN KEY ("vendor_id","product_id") REFERENCES "public"."product"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "duty" ADD CONSTRAINT "duty_vendor_id_product_id_product_vendor_id_id_fk" FOREIGN KEY ("vendor_id","product_id") REFERENCES "public"."product"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan" ADD CONSTRAINT "plan_vendor_id_product_id_product_vendor_id_id_fk" FOREIGN KEY ("vendor_id","product_id") REFERENCES "public"."product"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_price" ADD CONSTRAINT "plan_price_vendor_id_plan_version_id_plan_version_vendor_id_id_fk" FOREIGN KEY ("vendor_id","plan_version_id") REFERENCES "public"."plan_version"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_version" ADD CONSTRAINT "plan_version_vendor_id_plan_id_plan_vendor_id_id_fk" FOREIGN KEY ("vendor_id","plan_id") REFERENCES "public"."plan"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agreement" ADD CONSTRAINT "agreement_vendor_id_customer_id_customer_vendor_id_id_fk" FOREIGN KEY ("vendor_id","customer_id") REFERENCES "public"."customer"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agreement" ADD CONSTRAINT "agreement_vendor_id_plan_version_id_plan_version_vendor_id_id_fk" FOREIGN KEY ("vendor_id","plan_version_id") REFERENCES "public"."plan_version"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agreement" ADD CONSTRAINT "agreement_vendor_id_product_id_product_vendor_id_id_fk" FOREIGN KEY ("vendor_id","product_id") REFERENCES "public"."product"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agreement" ADD CONSTRAINT "agreement_vendor_id_policy_version_id_scope_policy_version_vendor_id_id_fk" FOREIGN KEY ("vendor_id","policy_version_id") REFERENCES "public"."scope_policy_version"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_vendor_id_transaction_id_ledger_transaction_vendor_id_id_fk" FOREIGN KEY ("vendor_id","transaction_id") REFERENCES "public"."ledger_transaction"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_vendor_id_lot_id_lot_vendor_id_id_fk" FOREIGN KEY ("vendor_id","lot_id") REFERENCES "public"."lot"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_transaction" ADD CONSTRAINT "ledger_transaction_vendor_id_agreement_id_agreement_vendor_id_id_fk" FOREIGN KEY ("vendor_id","agreement_id") REFERENCES "public"."agreement"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_transaction" ADD CONSTRAINT "ledger_transaction_vendor_id_reservation_id_reservation_vendor_id_id_fk" FOREIGN KEY ("vendor_id","reservation_id") REFERENCES "public"."reservation"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_transaction" ADD CONSTRAINT "ledger_transaction_vendor_id_corrects_id_ledger_transaction_vendor_id_id_fk" FOREIGN KEY ("vendor_id","corrects_id") REFERENCES "public"."ledger_transaction"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lot" ADD CONSTRAINT "lot_vendor_id_agreement_id_agreement_vendor_id_id_fk" FOREIGN KEY ("vendor_id","agreement_id") REFERENCES "public"."agreement"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lot" ADD CONSTRAINT "lot_vendor_id_continues_lot_id_lot_vendor_id_id_fk" FOREIGN KEY ("vendor_id","continues_lot_id") REFERENCES "public"."lot"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reservation" ADD CONSTRAINT "reservation_vendor_id_agreement_id_agreement_vendor_id_id_fk" FOREIGN KEY ("vendor_id","agreement_id") REFERENCES "public"."agreement"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reservation_lot" ADD CONSTRAINT "reservation_lot_vendor_id_reservation_id_reservation_vendor_id_id_fk" FOREIGN KEY ("vendor_id","reservation_id") REFERENCES "public"."reservation"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reservation_lot" ADD CONSTRAINT "reservation_lot_vendor_id_lot_id_lot_vendor_id_id_fk" FOREIGN KEY ("vendor_id","lot_id") REFERENCES "public"."lot"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calendar_version" ADD CONSTRAINT "calendar_version_vendor_id_calendar_id_calendar_vendor_id_id_fk" FOREIGN KEY ("vendor_id","calendar_id") REFERENCES "public"."calendar"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "clock" ADD CONSTRAINT "clock_vendor_id_calendar_version_id_calendar_version_vendor_id_id_fk" FOREIGN KEY ("vendor_id","calendar_version_id") REFERENCES "public"."calendar_version"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "clock" ADD CONSTRAINT "clock_vendor_id_promise_id_promise_vendor_id_id_fk" FOREIGN KEY ("vendor_id","promise_id") REFERENCES "public"."promise"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "clock_event" ADD CONSTRAINT "clock_event_vendor_id_clock_id_clock_vendor_id_id_fk" FOREIGN KEY ("vendor_id","clock_id") REFERENCES "public"."clock"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promise" ADD CONSTRAINT "promise_vendor_id_duty_id_duty_vendor_id_id_fk" FOREIGN KEY ("vendor_id","duty_id") REFERENCES "public"."duty"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promise" ADD CONSTRAINT "promise_vendor_id_plan_version_id_plan_version_vendor_id_id_fk" FOREIGN KEY ("vendor_id","plan_version_id") REFERENCES "public"."plan_version"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "promise" ADD CONSTRAINT "promise_vendor_id_calendar_id_calendar_vendor_id_id_fk" FOREIGN KEY ("vendor_id","calendar_id") REFERENCES "public"."calendar"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message" ADD CONSTRAINT "message_vendor_id_ticket_id_ticket_vendor_id_id_fk" FOREIGN KEY ("vendor_id","ticket_id") REFERENCES "public"."ticket"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "part" ADD CONSTRAINT "part_vendor_id_ticket_id_ticket_vendor_id_id_fk" FOREIGN KEY ("vendor_id","ticket_id") REFERENCES "public"."ticket"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "part" ADD CONSTRAINT "part_vendor_id_component_id_component_vendor_id_id_fk" FOREIGN KEY ("vendor_id","component_id") REFERENCES "public"."component"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket" ADD CONSTRAINT "ticket_vendor_id_customer_id_customer_vendor_id_id_fk" FOREIGN KEY ("vendor_id","customer_id") REFERENCES "public"."customer"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket" ADD CONSTRAINT "ticket_vendor_id_contact_id_contact_vendor_id_id_fk" FOREIGN KEY ("vendor_id","contact_id") REFERENCES "public"."contact"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket" ADD CONSTRAINT "ticket_vendor_id_product_id_product_vendor_id_id_fk" FOREIGN KEY ("vendor_id","product_id") REFERENCES "public"."product"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket" ADD CONSTRAINT "ticket_vendor_id_assignee_id_member_vendor_id_id_fk" FOREIGN KEY ("vendor_id","assignee_id") REFERENCES "public"."member"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contact" ADD CONSTRAINT "contact_vendor_id_customer_id_customer_vendor_id_id_fk" FOREIGN KEY ("vendor_id","customer_id") REFERENCES "public"."customer"("vendor_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "platform_stripe_inbox_once" ON "platform_stripe_inbox" USING btree ("account","event_id");--> statement-breakpoint
CREATE UNIQUE INDEX "purchase_session" ON "purchase" USING btree ("vendor_id","stripe_session_id");--> statement-breakpoint
CREATE INDEX "purchase_listed" ON "purchase" USING btree ("vendor_id","created_at","id");--> statement-breakpoint
CREATE INDEX "purchase_of_customer" ON "purchase" USING btree ("vendor_id","customer_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "decision_number" ON "decision" USING btree ("vendor_id","subject_id","number");--> statement-breakpoint
CREATE UNIQUE INDEX "decision_accepts" ON "decision" USING btree ("vendor_id","accepts_id");--> statement-breakpoint
CREATE INDEX "fact_subject" ON "fact" USING btree ("vendor_id","subject_id","stated_at","id");--> statement-breakpoint
CREATE INDEX "quote_listed" ON "quote" USING btree ("vendor_id","customer_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "scope_policy_version_number" ON "scope_policy_version" USING btree ("vendor_id","policy_id","number");--> statement-breakpoint
CREATE UNIQUE INDEX "scope_policy_version_draft" ON "scope_policy_version" USING btree ("vendor_id","policy_id") WHERE "scope_policy_version"."state" = 'DRAFT';--> statement-breakpoint
CREATE UNIQUE INDEX "scope_policy_version_published" ON "scope_policy_version" USING btree ("vendor_id","policy_id") WHERE "scope_policy_version"."state" = 'PUBLISHED';--> statement-breakpoint
CREATE INDEX "scope_policy_version_listed" ON "scope_policy_version" USING btree ("vendor_id","policy_id","drafted_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "cause_code_code" ON "cause_code" USING btree ("vendor_id","code");--> statement-breakpoint
CREATE INDEX "cause_code_product" ON "cause_code" USING btree ("vendor_id","product_id");--> statement-breakpoint
CREATE UNIQUE INDEX "component_code" ON "component" USING btree ("vendor_id","product_id","code");--> statement-breakpoint
CREATE UNIQUE INDEX "duty_code" ON "duty" USING btree ("vendor_id","product_id","code");--> statement-breakpoint
CREATE UNIQUE INDEX "plan_code" ON "plan" USING btree ("vendor_id","code");--> statement-breakpoint
CREATE INDEX "plan_product" ON "plan" USING btree ("vendor_id","product_id");--> statement-breakpoint
CREATE INDEX "plan_listed" ON "plan" USING btree ("vendor_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "plan_price_once" ON "plan_price" USING btree ("vendor_id","plan_version_id","currency","interval");--> statement-breakpoint
CREATE UNIQUE INDEX "plan_version_number" ON "plan_version" USING btree ("vendor_id","plan_id","number");--> statement-breakpoint
CREATE UNIQUE INDEX "plan_version_one_draft" ON "plan_version" USING btree ("vendor_id","plan_id") WHERE "plan_version"."state" = 'DRAFT';--> statement-breakpoint
CREATE UNIQUE INDEX "plan_version_one_on_sale" ON "plan_version" USING btree ("vendor_id","plan_id") WHERE "plan_version"."state" = 'PUBLISHED';--> statement-breakpoint
CREATE UNIQUE INDEX "product_code" ON "product" USING btree ("vendor_id","code");--> statement-breakpoint
CREATE UNIQUE INDEX "product_external" ON "product" USING btree ("vendor_id","external_id");--> statement-breakpoint
CREATE INDEX "product_listed" ON "product" USING btree ("vendor_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "agreement_source" ON "agreement" USING btree ("vendor_id","source_kind","source_id");--> statement-breakpoint
CREATE INDEX "agreement_tried" ON "agreement" USING btree ("vendor_id","customer_id","state","starts_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "agreement_listed" ON "agreement" USING btree ("vendor_id","customer_id","starts_at","id");--> statement-breakpoint
CREATE INDEX "agreement_listed_all" ON "agreement" USING btree ("vendor_id","starts_at","id");--> statement-breakpoint
CREATE INDEX "ledger_entry_lot" ON "ledger_entry" USING btree ("vendor_id","lot_id");--> statement-breakpoint
CREATE INDEX "ledger_transaction_listed" ON "ledger_transaction" USING btree ("vendor_id","agreement_id","at","id");--> statement-breakpoint
CREATE INDEX "ledger_transaction_subject" ON "ledger_transaction" USING btree ("vendor_id","subject_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_transaction_corrects" ON "ledger_transaction" USING btree ("vendor_id","corrects_id");--> statement-breakpoint
CREATE INDEX "lot_listed" ON "lot" USING btree ("vendor_id","agreement_id","created_at","id");--> statement-breakpoint
CREATE INDEX "lot_open" ON "lot" USING btree ("vendor_id","agreement_id") WHERE "lot"."available" + "lot"."reserved" > 0;--> statement-breakpoint
CREATE UNIQUE INDEX "reservation_held" ON "reservation" USING btree ("vendor_id","subject_id") WHERE "reservation"."state" = 'HELD';--> statement-breakpoint
CREATE INDEX "reservation_subject" ON "reservation" USING btree ("vendor_id","subject_id","held_at");--> statement-breakpoint
CREATE UNIQUE INDEX "event_number" ON "event" USING btree ("vendor_id","stream_id","number");--> statement-breakpoint
CREATE INDEX "platform_outbox_order" ON "platform_outbox" USING btree ("id");--> statement-breakpoint
CREATE INDEX "platform_timer_due" ON "platform_timer" USING btree ("fire_at");--> statement-breakpoint
CREATE UNIQUE INDEX "calendar_name" ON "calendar" USING btree ("vendor_id","name");--> statement-breakpoint
CREATE INDEX "calendar_listed" ON "calendar" USING btree ("vendor_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "calendar_version_number" ON "calendar_version" USING btree ("vendor_id","calendar_id","number");--> statement-breakpoint
CREATE INDEX "clock_of_subject" ON "clock" USING btree ("vendor_id","subject_id","started_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "clock_one_open" ON "clock" USING btree ("vendor_id","subject_id","metric") WHERE "clock"."state" in ('RUNNING', 'PAUSED');--> statement-breakpoint
CREATE UNIQUE INDEX "promise_of_duty" ON "promise" USING btree ("vendor_id","duty_id","metric",coalesce("severity", '')) WHERE "promise"."duty_id" is not null and "promise"."replaced_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "promise_of_plan_version" ON "promise" USING btree ("vendor_id","plan_version_id","metric",coalesce("severity", '')) WHERE "promise"."plan_version_id" is not null and "promise"."replaced_at" is null;--> statement-breakpoint
CREATE INDEX "promise_by_calendar" ON "promise" USING btree ("vendor_id","calendar_id") WHERE "promise"."replaced_at" is null;--> statement-breakpoint
CREATE INDEX "message_listed" ON "message" USING btree ("vendor_id","ticket_id","at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "part_number" ON "part" USING btree ("vendor_id","ticket_id","number");--> statement-breakpoint
CREATE UNIQUE INDEX "ticket_reference" ON "ticket" USING btree ("vendor_id","reference");--> statement-breakpoint
CREATE UNIQUE INDEX "ticket_external" ON "ticket" USING btree ("vendor_id","external_id");--> statement-breakpoint
CREATE INDEX "ticket_listed" ON "ticket" USING btree ("vendor_id","opened_at","id");--> statement-breakpoint
CREATE INDEX "ticket_of_customer" ON "ticket" USING btree ("vendor_id","customer_id","opened_at","id");--> statement-breakpoint
CREATE INDEX "ticket_in_state" ON "ticket" USING btree ("vendor_id","state","opened_at","id");--> statement-breakpoint
CREATE INDEX "ticket_of_assignee" ON "ticket" USING btree ("vendor_id","assignee_id","opened_at","id");--> statement-breakpoint
CREATE INDEX "ticket_queue" ON "ticket" USING btree ("vendor_id","next_due_at","id") WHERE "ticket"."next_mover" = 'VENDOR';--> statement-breakpoint
CREATE UNIQUE INDEX "contact_email" ON "contact" USING btree ("vendor_id","email");--> statement-breakpoint
CREATE UNIQUE INDEX "contact_external" ON "contact" USING btree ("vendor_id","external_id");--> statement-breakpoint
CREATE INDEX "contact_listed" ON "contact" USING btree ("vendor_id","customer_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "customer_external" ON "customer" USING btree ("vendor_id","external_id");--> statement-breakpoint
CREATE INDEX "customer_listed" ON "customer" USING btree ("vendor_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "member_email" ON "member" USING btree ("vendor_id","email");--> statement-breakpoint
CREATE UNIQUE INDEX "member_external" ON "member" USING btree ("vendor_id","external_id");--> statement-breakpoint
CREATE INDEX "member_listed" ON "member" USING btree ("vendor_id","created_at","id");