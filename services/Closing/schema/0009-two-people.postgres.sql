-- Four eyes once more, below the service: a month is closed by another person than the one who prepared it, also where the row is inserted
-- with the serving role and by other means than the service. The names are compared as the service compares them.

CREATE FUNCTION require_another_closes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM public.period_event prepared
        WHERE prepared.transition = 'Prepared' AND LOWER(TRIM(prepared.actor)) <> LOWER(TRIM(NEW.actor)) AND prepared.sequence = (
            SELECT MAX(step.sequence) FROM public.period_event step
            WHERE step.month = NEW.month AND step.transition IN ('Prepared', 'Returned', 'Closed', 'Reopened'))) THEN
        RAISE EXCEPTION 'four eyes: a month is closed by another person than the one who prepared it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER closed_by_another BEFORE INSERT ON period_event FOR EACH ROW WHEN (NEW.transition = 'Closed')
    EXECUTE FUNCTION require_another_closes();
