-- Four eyes once more, below the service: an edition and a version of the lines model are approved by another person than the one who prepared it,
-- also where the row is inserted with the serving role and by other means than the service. The names are compared as the service compares them.

CREATE TRIGGER approved_by_another BEFORE INSERT ON decision
WHEN NEW.kind = 'EditionApproved' AND NOT EXISTS (
    SELECT 1 FROM decision prepared
    WHERE prepared.kind = 'EditionPrepared' AND LOWER(TRIM(prepared.actor)) <> LOWER(TRIM(NEW.actor)) AND prepared.knowledge = (
        SELECT MAX(step.knowledge) FROM decision step WHERE step.period = NEW.period AND step.edition = NEW.edition
        AND step.kind IN ('EditionPrepared', 'EditionReturned', 'EditionApproved', 'EditionWithdrawn')))
BEGIN
    SELECT RAISE(ABORT, 'four eyes: an edition is approved by another person than the one who prepared it');
END;

CREATE TRIGGER lines_approved_by_another BEFORE INSERT ON decision
WHEN NEW.kind = 'LinesApproved' AND NOT EXISTS (
    SELECT 1 FROM decision prepared
    WHERE prepared.kind = 'LinesPrepared' AND LOWER(TRIM(prepared.actor)) <> LOWER(TRIM(NEW.actor)) AND prepared.knowledge = (
        SELECT MAX(step.knowledge) FROM decision step WHERE step.lines_version = NEW.lines_version
        AND step.kind IN ('LinesPrepared', 'LinesReturned', 'LinesApproved')))
BEGIN
    SELECT RAISE(ABORT, 'four eyes: a version of the lines model is approved by another person than the one who prepared it');
END;
