"""Files as disks, networks and people of ill will leave them: cut, flipped, spliced, repeated, under other names."""

from collections.abc import Mapping

from hypothesis import strategies as st

places = st.floats(0, 1)
shreds = st.binary(min_size=1, max_size=40)


@st.composite
def damaged(draw: st.DrawFn, files: Mapping[str, bytes]) -> bytes:
    """One of the `files`, damaged up to four times."""
    contents = st.sampled_from(sorted(files)).map(files.__getitem__)
    content = draw(contents)
    for _ in range(draw(st.integers(1, 4))):
        how = draw(st.sampled_from(["cut", "flip", "put in", "splice", "repeat", "overwrite"]))
        begin, end = sorted(int(draw(places) * len(content)) for _ in range(2))
        if how == "cut":
            content = content[:begin] + content[end:]
        elif how == "flip":
            content = (
                content[:begin]
                + bytes(255 - each for each in content[begin : begin + 4])
                + content[begin + 4 :]
            )
        elif how == "put in":
            content = content[:begin] + draw(shreds) + content[begin:]
        elif how == "splice":
            content = content[:begin] + draw(contents)[-draw(st.integers(1, 4000)) :]
        elif how == "repeat":
            content = content[:end] + content[begin:]
        else:
            content = content[:begin] + draw(shreds) * 3 + content[end:]
    return content
