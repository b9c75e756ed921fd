import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What vendors send about a purchase order that moves no units: that their machine read it, and what they bill (docs/vendor-answers.md). */
export class VendorPapers1790000000052 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The last word of the vendor's machine on the document.
      CREATE TABLE vendor_receipt (
        fulfillment_id uuid PRIMARY KEY REFERENCES fulfillment,
        accepted boolean NOT NULL,
        reason text CHECK (length(reason) <= 500),
        said_at timestamptz NOT NULL
      );
      -- A number is one invoice of a purchase order, however often it comes: the first one counts.
      CREATE TABLE vendor_invoice (
        vendor_id integer NOT NULL REFERENCES vendor,
        invoice_number text NOT NULL CHECK (length(invoice_number) BETWEEN 1 AND 200),
        fulfillment_id uuid NOT NULL REFERENCES fulfillment,
        currency text NOT NULL CHECK (length(currency) = 3),
        document jsonb NOT NULL CHECK (jsonb_typeof(document) = 'object'),
        said_at timestamptz NOT NULL,
        kept_at timestamptz NOT NULL,
        PRIMARY KEY (vendor_id, invoice_number, fulfillment_id)
      );
      CREATE INDEX vendor_invoice_fulfillment ON vendor_invoice (fulfillment_id);
      CREATE TRIGGER vendor_receipt_sealed BEFORE DELETE OR TRUNCATE ON vendor_receipt
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss();
      CREATE TRIGGER vendor_invoice_sealed BEFORE DELETE OR TRUNCATE ON vendor_invoice
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_loss();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE vendor_invoice, vendor_receipt');
  }
}
