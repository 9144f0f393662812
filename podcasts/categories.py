"""The categories that podcast directories accept (Apple's list, which the others follow)."""

CATEGORIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "Arts": (
        "Arts",
        ("Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"),
    ),
    "Business": (
        "Travail et économie",
        ("Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit"),
    ),
    "Comedy": ("Humour", ("Comedy Interviews", "Improv", "Stand-Up")),
    "Education": (
        "Éducation",
        ("Courses", "How To", "Language Learning", "Self-Improvement"),
    ),
    "Fiction": ("Fiction", ("Comedy Fiction", "Drama", "Science Fiction")),
    "Government": ("Pouvoirs publics", ()),
    "History": ("Histoire", ()),
    "Health & Fitness": (
        "Santé",
        ("Alternative Health", "Fitness", "Medicine", "Mental Health", "Nutrition", "Sexuality"),
    ),
    "Kids & Family": (
        "Enfants et famille",
        ("Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids"),
    ),
    "Leisure": (
        "Loisirs",
        (
            "Animation & Manga",
            "Automotive",
            "Aviation",
            "Crafts",
            "Games",
            "Hobbies",
            "Home & Garden",
            "Video Games",
        ),
    ),
    "Music": ("Musique", ("Music Commentary", "Music History", "Music Interviews")),
    "News": (
        "Actualité",
        (
            "Business News",
            "Daily News",
            "Entertainment News",
            "News Commentary",
            "Politics",
            "Sports News",
            "Tech News",
        ),
    ),
    "Religion & Spirituality": (
        "Religions",
        (
            "Buddhism",
            "Christianity",
            "Hinduism",
            "Islam",
            "Judaism",
            "Religion",
            "Spirituality",
        ),
    ),
    "Science": (
        "Sciences",
        (
            "Astronomy",
            "Chemistry",
            "Earth Sciences",
            "Life Sciences",
            "Mathematics",
            "Natural Sciences",
            "Nature",
            "Physics",
            "Social Sciences",
        ),
    ),
    "Society & Culture": (
        "Société et culture",
        ("Documentary", "Personal Journals", "Philosophy", "Places & Travel", "Relationships"),
    ),
    "Sports": (
        "Sports",
        (
            "Baseball",
            "Basketball",
            "Cricket",
            "Fantasy Sports",
            "Football",
            "Golf",
            "Hockey",
            "Rugby",
            "Running",
            "Soccer",
            "Swimming",
            "Tennis",
            "Volleyball",
            "Wilderness",
            "Wrestling",
        ),
    ),
    "Technology": ("Technologie", ()),
    "True Crime": ("Affaires criminelles", ()),
    "TV & Film": (
        "Télévision et cinéma",
        ("After Shows", "Film History", "Film Interviews", "Film Reviews", "TV Reviews"),
    ),
}
"""name → (French label, names of its sub-categories)"""

SEPARATOR = " › "


def split_category(value: str) -> tuple[str, str]:
    """«Education › Courses» → ("Education", "Courses"); the second is "" without a part."""
    name, _, part = value.partition(SEPARATOR)
    return name, part


def category_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices of a form field, grouped under the French labels."""
    return [
        (
            label,
            [
                (name, name),
                *((f"{name}{SEPARATOR}{part}", f"{name}{SEPARATOR}{part}") for part in parts),
            ],
        )
        for name, (label, parts) in CATEGORIES.items()
    ]
