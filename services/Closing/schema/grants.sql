-- What the serving role may change; it may read and add to every table, and change nothing else. PostgreSQL only.
GRANT UPDATE ON source, period, total, dated_total, subject_total, outbox TO {role};
GRANT DELETE ON outbox, edition_lock TO {role};
