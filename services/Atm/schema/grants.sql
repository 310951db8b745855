-- What the serving role may change beside what every source lets it. PostgreSQL only.
GRANT UPDATE ON atm_day TO {role};
