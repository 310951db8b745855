-- The keys that seal sign-ins at the page on their way to the issuer and back; the library adds one every ninety days.

CREATE TABLE sign_in_key (
    name TEXT PRIMARY KEY,
    content TEXT NOT NULL           -- XML of the library
);
