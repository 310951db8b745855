-- What the serving role may change; it may read and add to every table, and change nothing else. PostgreSQL only.
GRANT UPDATE ON knowledge TO {role};
