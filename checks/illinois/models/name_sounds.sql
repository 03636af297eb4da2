-- model: name_sounds
-- doc: Each first, last and mother's maiden name of a student once, in the forms by which names are compared.
--   ``spelled``: capital letters without accents, blanks, hyphens and other signs, so that O'Brien, O Brien and OBrien are
--   one. ``sound``: its Soundex code (first letter and three digits); a name with letters of another alphabet stands for
--   itself. What is slow is done for those names only that need it.
-- materialize: yes
-- stands: value name
with given as (
    select legal_first_name as name from student where legal_first_name is not null
    union
    select legal_last_name from student where legal_last_name is not null
    union
    select mothers_maiden_name from student where mothers_maiden_name is not null
),
capitals as (
    select name, upper(name) as upper_name
    from given
),
plain as (
    select
        name,
        case
            when regexp_matches(upper_name, '[^ -~]') then translate(
                upper_name,
                'ÀÁÂÃÄÅĀĂĄÇĆĈĊČÐĎĐÈÉÊËĒĔĖĘĚĜĞĠĢĤĦÌÍÎÏĨĪĬĮİĴĶĹĻĽŁÑŃŅŇÒÓÔÕÖØŌŎŐŔŖŘŚŜŞŠȘŢŤȚÙÚÛÜŨŪŬŮŰŲŴÝŶŸŹŻŽ',
                'AAAAAAAAACCCCCDDDEEEEEEEEEGGGGHHIIIIIIIIIJKLLLLNNNNOOOOOOOOORRRSSSSSTTTUUUUUUUUUUWYYYZZZ'
            )
            else upper_name
        end as upper_name
    from capitals
),
folded as (
    select
        name,
        case
            when regexp_matches(upper_name, '[^A-Z]') then regexp_replace(upper_name, '[^\p{L}]', '', 'g')
            else upper_name
        end as spelled
    from plain
),
-- H and W are silent, vowels (0) keep equal digits apart; the first letter counts as what it is coded as.
coded as (
    select
        name,
        spelled,
        translate(
            case when left(spelled, 1) in ('H', 'W') then 'A' || substr(spelled, 2) else spelled end,
            'BFPVCGJKQSXZDTLMNRAEIOUYHW', '111122222222334556000000'
        ) as digits
    from folded
    where spelled <> ''
),
-- What is doubled is spoken once.
single as (
    select
        name,
        spelled,
        case
            when regexp_matches(digits, '11|22|33|44|55|66') then regexp_replace(
                regexp_replace(
                    regexp_replace(
                        regexp_replace(
                            regexp_replace(regexp_replace(digits, '1+', '1', 'g'), '2+', '2', 'g'), '3+', '3', 'g'
                        ),
                        '4+', '4', 'g'
                    ),
                    '5+', '5', 'g'
                ),
                '6+', '6', 'g'
            )
            else digits
        end as digits
    from coded
)
select
    name,
    spelled,
    case
        when regexp_matches(spelled, '[^A-Z]') then spelled
        else left(spelled, 1) || left(replace(substr(digits, 2), '0', '') || '000', 3)
    end as sound
from single
