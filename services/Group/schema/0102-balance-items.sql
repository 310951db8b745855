-- The register of balance sheet items: the side of each, and the total that contains it. Rows are inserted and never changed.

CREATE TABLE balance_item (
    item TEXT PRIMARY KEY,
    side TEXT NOT NULL,            -- Assets, Liabilities, Equity, NoncontrollingInterests, Memo
    part_of TEXT NOT NULL,         -- the total of its side that contains it; empty: it is such a total, or a memo
    actor TEXT NOT NULL,           -- empty: built in
    defined_at BIGINT NOT NULL     -- microseconds since 1970 UTC; 0: built in
);

INSERT INTO balance_item (item, side, part_of, actor, defined_at) VALUES
    ('total_assets', 'Assets', '', '', 0),
    ('cash_and_cash_equivalents', 'Assets', 'total_assets', '', 0),
    ('accounts_receivable', 'Assets', 'total_assets', '', 0),
    ('inventories', 'Assets', 'total_assets', '', 0),
    ('prepaid_expenses', 'Assets', 'total_assets', '', 0),
    ('other_current_assets', 'Assets', 'total_assets', '', 0),
    ('other_investments', 'Assets', 'total_assets', '', 0),
    ('property_and_equipment', 'Assets', 'total_assets', '', 0),
    ('goodwill_and_intangible_assets', 'Assets', 'total_assets', '', 0),
    ('other_assets', 'Assets', 'total_assets', '', 0),
    ('total_liabilities', 'Liabilities', '', '', 0),
    ('accounts_payable', 'Liabilities', 'total_liabilities', '', 0),
    ('income_taxes_payable', 'Liabilities', 'total_liabilities', '', 0),
    ('borrowings', 'Liabilities', 'total_liabilities', '', 0),
    ('capital_lease_obligations', 'Liabilities', 'total_liabilities', '', 0),
    ('other_current_liabilities', 'Liabilities', 'total_liabilities', '', 0),
    ('other_liabilities', 'Liabilities', 'total_liabilities', '', 0),
    ('shareholders_equity', 'Equity', '', '', 0),
    ('common_stock', 'Equity', 'shareholders_equity', '', 0),
    ('additional_paid_in_capital', 'Equity', 'shareholders_equity', '', 0),
    ('accumulated_deficit', 'Equity', 'shareholders_equity', '', 0),
    ('accumulated_other_comprehensive_income', 'Equity', 'shareholders_equity', '', 0),
    ('treasury_stock', 'Equity', 'shareholders_equity', '', 0),
    ('noncontrolling_interests', 'NoncontrollingInterests', '', '', 0),
    ('guarantees', 'Memo', '', '', 0),
    ('purchase_commitments', 'Memo', '', '', 0);

-- What was recorded before there was a register stands beside the balance sheet.
INSERT INTO balance_item (item, side, part_of, actor, defined_at)
SELECT DISTINCT substr(measure, 15), 'Memo', '', '', 0 FROM month_end
WHERE measure LIKE 'group.balance.%' AND substr(measure, 15) NOT IN (SELECT item FROM balance_item);
