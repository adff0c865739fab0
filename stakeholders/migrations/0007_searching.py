"""What searching is made of, and sites by names that are spelt nearly so."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

# In small letters without accents, one spelling for what looks alike. Not by the extension `unaccent`: what an index
# is made of must not depend on a file of rules, nor on the locale of a database. ASCII, which most texts are, is
# let through at once.
FOLDED = r"""
    CREATE FUNCTION search_folded(said text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 20 AS $$
    BEGIN
        IF octet_length(said) = length(said) THEN
            RETURN lower(said);
        END IF;
        RETURN normalize(regexp_replace(
            replace(replace(replace(replace(
                translate(lower(normalize(said, NFKD)), 'łøđðħıŧ', 'loddhit'),
                'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
            -- Accents, vowel points of Hebrew and Arabic, and what is not seen: joiners, marks of direction.
            '[\u00ad\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670'
            '\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]',
            '', 'g'), NFC);
    END;
    $$;
"""
# The words of a text and, of scripts that put no blanks between words, every three letters that stand together: so
# one index serves both. A text's first 80,000 characters count: a tsvector holds 1 MB, whatever is written in it.
WORDS = r"""
    CREATE FUNCTION search_words(said text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 400 SET search_path FROM CURRENT AS $$
    DECLARE
        unspaced CONSTANT text := '\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff'
            '\U00020000-\U0003ffff';
        folded text := search_folded(left(said, 80000));
        words tsvector;
        runs text;
    BEGIN
        IF octet_length(folded) = length(folded) THEN
            -- The parser takes addresses, paths and numbers with points for one word each.
            RETURN to_tsvector('pg_catalog.simple', replace(replace(replace(replace(replace(
                folded, '/', ' '), '.', ' '), '-', ' '), '@', ' '), '_', ' '));
        END IF;
        -- Nor is it asked for other letters: what it takes for one, depends on the database's locale.
        folded := regexp_replace(folded,
            '[\u0001-/:-@[-`{-\u00bf\u00d7\u00f7\u0589\u05be\u05c0\u060c\u061b\u061f\u066a-\u066c\u06d4\u0964\u0965'
            '\u2000-\u206f\u3000-\u303f]+', ' ', 'g');
        runs := regexp_replace(folded, '[^' || unspaced || ']+', ' ', 'g');
        SELECT coalesce(string_agg(quote_literal(word) || ':' || least(place, 16383), ' '), '')::tsvector INTO words
        FROM string_to_table(regexp_replace(folded, '[' || unspaced || ']+', ' ', 'g'), ' ')
            WITH ORDINALITY AS written (word, place)
        WHERE word <> '' AND octet_length(word) < 2047;
        -- Letter by letter, since to count to a place anew for each piece takes the square of a long text's length.
        RETURN words || coalesce((
            SELECT array_to_tsvector(array_agg(DISTINCT piece))
            FROM (
                SELECT letter || lead(letter) OVER text_order || lead(letter, 2) OVER text_order AS piece
                FROM string_to_table(runs, NULL) WITH ORDINALITY AS written (letter, place)
                WINDOW text_order AS (ORDER BY place)
            ) AS pieces
            WHERE strpos(piece, ' ') = 0
        ), '');
    END;
    $$;
"""
# All words, of which those from three letters on may be the beginning of a longer one.
QUERY = r"""
    CREATE FUNCTION search_query(said text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT string_agg(
            quote_literal(lexeme) || CASE WHEN length(lexeme) > 2 AND cardinality(positions) > 0 THEN ':*' ELSE '' END,
            ' & '
        )::tsquery
        FROM unnest(search_words(said));
    $$;
"""
# Sites of which a part of the name is spelt nearly so, or has these words: without a limit, since whoever asks
# sees some of them alone. The threshold belongs to the function, as no query could set it for itself.
SITES = """
    CREATE FUNCTION stakeholders_sites_named(said text) RETURNS SETOF uuid
    LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 100 SET pg_trgm.word_similarity_threshold = 0.45 AS $$
        SELECT id FROM stakeholders_site
        WHERE search_folded(name) %%> search_folded(said) OR search_words(name) @@ search_query(said);
    $$;
"""


def _function(statement: str, name: str) -> migrations.RunSQL:
    # Escaped for the driver alone where a statement has parameters, which these have not.
    return migrations.RunSQL(statement.replace("%%", "%"), f"DROP FUNCTION {name}(text)")


class Migration(migrations.Migration):

    dependencies = [
        ('stakeholders', '0006_reminder_steps'),
    ]

    operations = [
        TrigramExtension(),
        _function(FOLDED, "search_folded"),
        _function(WORDS, "search_words"),
        _function(QUERY, "search_query"),
        migrations.AddIndex(
            model_name='site',
            index=django.contrib.postgres.indexes.GistIndex(django.contrib.postgres.indexes.OpClass(models.Func('name', function='search_folded'), name='gist_trgm_ops(siglen=64)'), name='site_name_nearly'),
        ),
        migrations.AddIndex(
            model_name='site',
            index=django.contrib.postgres.indexes.GinIndex(models.Func('name', function='search_words', output_field=django.contrib.postgres.search.SearchVectorField()), name='site_name_words'),
        ),
        _function(SITES, "stakeholders_sites_named"),
    ]
