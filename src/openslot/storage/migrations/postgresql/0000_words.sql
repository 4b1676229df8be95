-- What statements are written with and PostgreSQL does not have for texts that hold JSON.

CREATE FUNCTION json_each(document TEXT) RETURNS TABLE (value TEXT)
    LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE ROWS 10
    AS 'SELECT one.value FROM json_array_elements_text(document::json) AS one (value)';

CREATE FUNCTION json_array_length(document TEXT) RETURNS INTEGER
    LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
    AS 'SELECT json_array_length(document::json)';

CREATE FUNCTION json_member(document TEXT, place INTEGER) RETURNS TEXT
    LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
    AS 'SELECT document::json ->> place';

CREATE OPERATOR ->> (LEFTARG = TEXT, RIGHTARG = INTEGER, FUNCTION = json_member);

CREATE FUNCTION joined_by_commas(numbers BIGINT[]) RETURNS TEXT
    LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
    AS 'SELECT array_to_string(numbers, '','')';

CREATE AGGREGATE group_concat(BIGINT) (
    SFUNC = array_append, STYPE = BIGINT[], FINALFUNC = joined_by_commas
);
