-- Four eyes once more, below the service: an edition and a version of the lines model are approved by another person than the one who prepared it,
-- also where the row is inserted with the serving role and by other means than the service. The names are compared as the service compares them.

CREATE FUNCTION require_another_approves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM public.decision prepared
        WHERE prepared.kind = 'EditionPrepared' AND LOWER(TRIM(prepared.actor)) <> LOWER(TRIM(NEW.actor)) AND prepared.knowledge = (
            SELECT MAX(step.knowledge) FROM public.decision step WHERE step.period = NEW.period AND step.edition = NEW.edition
            AND step.kind IN ('EditionPrepared', 'EditionReturned', 'EditionApproved', 'EditionWithdrawn'))) THEN
        RAISE EXCEPTION 'four eyes: an edition is approved by another person than the one who prepared it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approved_by_another BEFORE INSERT ON decision FOR EACH ROW WHEN (NEW.kind = 'EditionApproved')
    EXECUTE FUNCTION require_another_approves();

CREATE FUNCTION require_another_approves_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM public.decision prepared
        WHERE prepared.kind = 'LinesPrepared' AND LOWER(TRIM(prepared.actor)) <> LOWER(TRIM(NEW.actor)) AND prepared.knowledge = (
            SELECT MAX(step.knowledge) FROM public.decision step WHERE step.lines_version = NEW.lines_version
            AND step.kind IN ('LinesPrepared', 'LinesReturned', 'LinesApproved'))) THEN
        RAISE EXCEPTION 'four eyes: a version of the lines model is approved by another person than the one who prepared it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lines_approved_by_another BEFORE INSERT ON decision FOR EACH ROW WHEN (NEW.kind = 'LinesApproved')
    EXECUTE FUNCTION require_another_approves_lines();
