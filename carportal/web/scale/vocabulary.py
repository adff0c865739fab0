"""The words that invented rows are made of."""

from findings.requirements import AREA_CODES

PLACES = (
    "Amber", "Ash", "Bay", "Birch", "Bright", "Cedar", "Clear", "Copper", "Coral", "Crown", "Delta", "East",
    "Elm", "Ever", "Fair", "Fern", "Field", "Fir", "Glen", "Gold", "Green", "Grove", "Harbour", "Hill",
    "Holly", "Ivy", "Jade", "Lake", "Lark", "Linden", "Lotus", "Maple", "Mill", "Moon", "North", "Oak",
    "Olive", "Orchard", "Palm", "Pearl", "Pine", "Plum", "Quarry", "Red", "River", "Rose", "Rowan", "Sage",
    "Silver", "South", "Spring", "Star", "Stone", "Summer", "Sun", "Tamarind", "Teak", "Thorn", "Vale", "West",
)  # fmt: skip
ENDINGS = ("brook", "dale", "field", "ford", "gate", "land", "leigh", "mere", "side", "stead", "ton", "wood")
WORKS = (
    "Packhouse", "Sewing Works", "Farm", "Cannery", "Textile Mill", "Orchard Estate", "Footwear", "Bakery",
    "Electronics", "Glasshouses", "Seafood", "Print Works", "Furniture", "Laundry", "Cold Store", "Ceramics",
)  # fmt: skip
# Country, the time zone there, and how many of a hundred sites are in it.
COUNTRIES = (
    ("CN", "Asia/Shanghai", 22), ("IN", "Asia/Kolkata", 15), ("BD", "Asia/Dhaka", 10), ("TR", "Europe/Istanbul", 9),
    ("VN", "Asia/Ho_Chi_Minh", 8), ("GB", "Europe/London", 7), ("ES", "Europe/Madrid", 6), ("TH", "Asia/Bangkok", 6),
    ("MA", "Africa/Casablanca", 4), ("ZA", "Africa/Johannesburg", 4), ("KE", "Africa/Nairobi", 3),
    ("PE", "America/Lima", 3), ("MX", "America/Mexico_City", 2), ("NZ", "Pacific/Auckland", 1),
)  # fmt: skip
# A site has at most one CAR on a requirement at a time, so each of its (up to four) slots has areas of its own.
SLOTS = (("1A", "1"), ("5A", "5"), ("4", "7"), ("2", "8", "8A", "9"))
ISSUES = {
    "1": "Workers cannot leave without losing pay that they have earned",
    "1A": "Workers paid costs to be recruited",
    "2": "No effective worker representation",
    "4": "Age of young workers is not verified with their schools",
    "5": "No dedicated approach to equity in pay and promotion",
    "5A": "Wages do not reach a credible living-wage benchmark",
    "7": "Pregnancy tests are asked for before employment",
    "8": "Seasonal workers are employed through changing labour providers",
    "8A": "Work is given to homes that nobody has visited",
    "9": "Complaints about supervisors are heard by the supervisors",
}
DETAILS = (
    "In interviews workers described it alike on several lines.",
    "Records of the past twelve months show it in eight of them.",
    "Management knows of it and has raised it with its customers.",
    "Prices and hours are set with customers, so the site cannot close the gap alone.",
    "The labour provider used abroad has no contract that rules it out.",
    "It was found in the packing hall as well as in the fields.",
    "Seasonal workers are concerned more often than others.",
    "A committee exists on paper, but its members have not met in the past year.",
)
# Of sentences such as these a plan consists.
SAID = (
    "We have met with our labour providers and agreed on terms.",
    "The first step is done; the second waits for a reply of our customers.",
    "A working group of managers and workers meets every month.",
    "We compare our wages with the benchmark of the region twice a year.",
    "Training was held for all supervisors.",
    "We ask our customers to plan orders eight weeks ahead.",
)

if unknown := {area for slot in SLOTS for area in slot} - set(AREA_CODES):
    raise LookupError(f"no such areas: {sorted(unknown)}")
