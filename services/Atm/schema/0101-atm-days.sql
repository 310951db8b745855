-- How each ATM's day is used: the withdrawals that stand, kept by the transaction that records or reverses one. A rule looks at one row of
-- this, however many withdrawals the day has.
CREATE TABLE atm_day (
    atm_id TEXT NOT NULL,
    day TEXT NOT NULL,
    singles BIGINT NOT NULL,       -- single withdrawals
    settlements BIGINT NOT NULL,   -- 0 or 1
    PRIMARY KEY (atm_id, day)
);
INSERT INTO atm_day (atm_id, day, singles, settlements)
SELECT atm_id, day, COUNT(*) - SUM(settlement), SUM(settlement) FROM withdrawal x
WHERE NOT EXISTS (SELECT 1 FROM reversal v WHERE v.entry = x.entry) GROUP BY atm_id, day;
