-- Where an appointment is listed: once under its branch, each service and each resource, and once
-- under '' for the whole account. Each list is in the order of starts within a status, so that a
-- page of it is read at one place whatever the history. Derived from appointments.
CREATE TABLE appointment_parts (
    account_id TEXT NOT NULL,
    part_id TEXT NOT NULL,
    status TEXT NOT NULL,
    start_minute BIGINT NOT NULL,
    appointment_id TEXT NOT NULL,
    PRIMARY KEY (account_id, part_id, status, start_minute, appointment_id)
) WITHOUT ROWID;

INSERT INTO appointment_parts
SELECT account_id, '', status, start_minute, id FROM appointments
UNION ALL SELECT account_id, branch_id, status, start_minute, id FROM appointments
UNION ALL SELECT a.account_id, part.value, a.status, a.start_minute, a.id
    FROM appointments AS a, json_each(a.service_ids) AS part
UNION ALL SELECT a.account_id, part.value, a.status, a.start_minute, a.id
    FROM appointments AS a, json_each(a.resource_ids) AS part;
