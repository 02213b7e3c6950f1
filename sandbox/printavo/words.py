"""Names, goods and notes that a generated account is made of."""

from __future__ import annotations

FIRST_NAMES = (
    "Alice", "Ben", "Chloë", "David", "Elena", "Frank", "Grace", "Hugo", "Irène", "Jack", "Karen", "Łukasz",
    "Maria", "Nora", "Oskar", "Priya", "Rhys", "Sofía", "Tom", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Moreno", "Okafor", "Schmidt", "Nguyen", "Popescu", "Rossi", "Kim", "Müller", "Castillo", "O'Brien", "Smith",
    "Wójcik", "Patel", "Evans", "Lindqvist", "Dubois", "Ștefan", "Brown", "Taylor", "D'Souza",
)  # fmt: skip
COMPANY_FIRST = (
    "Anchor", "Beacon", "Cedar", "Delta", "Evergreen", "Fairview", "Granite", "Hudson", "Ironwood", "Juniper",
    "Keystone", "Lakeside", "Meridian", "Northgate", "Oakridge", "Pinnacle", "Quarry", "Redwood", "Summit", "Tidewater",
)  # fmt: skip
COMPANY_SECOND = (
    "Rugby Club", "Brewing", "Bakery", "Design Ltd", "Academy", "Events", "Motors", "Scouts", "Café", "Gym",
    "Festival", "Books & Co", "Builders", "Dance School", "Records", "Charity", "Florist", "Cycles", "Farm Shop",
    "Choir",
)  # fmt: skip
# name of the street, town, postal code
PLACES = (
    ("Canal Street", "Manchester", "M1 3HF"), ("Mill Road", "Cambridge", "CB1 2AZ"),
    ("Harbour Way", "Bristol", "BS1 5TY"), ("Station Lane", "Norwich", "NR1 1EF"),
    ("Market Square", "Leeds", "LS1 6DT"), ("Foundry Yard", "Cardiff", "CF10 3AT"),
)  # fmt: skip
# item number, description, price in thousandths of a pound
GOODS = (
    ("GD005", "Heavy cotton T-shirt", 4950), ("GD057", "Heavy blend hoodie", 14500), ("JH001", "College hoodie", 16250),
    ("BC015", "5-panel cap", 3400), ("W101", "Cotton tote bag", 2150), ("KK403", "Workwear polo", 9800),
    ("TL560", "Softshell jacket", 27900), ("SM02", "Embroidered apron", 7650), (None, "Screen set-up", 20000),
    ("MUG-11", 'Mug 11" white, "dishwasher safe"', 3050), ("AA-00", None, 6400), ("BB45", "Beanie – knitted", 2900),
)  # fmt: skip
COLOURS = ("Black", "White", "Navy", "Heather Grey", "Bottle Green", "Royal", "Sunflower", None)
CATEGORIES = ("Screen Printing", "Embroidery", "Direct to Garment", "Promotional")
TYPES_OF_WORK = ("Screen print", "Embroidery", "Transfer")
SIZE_RUNS = (
    ("size_s", "size_m", "size_l", "size_xl"), ("size_m", "size_l"), ("size_xs", "size_s", "size_m"),
    ("size_l", "size_xl", "size_2xl", "size_3xl"), ("size_other",), ("size_ys", "size_ym", "size_yl"),
    ("size_2t", "size_3t"), ("size_6m", "size_12m", "size_18m"),
)  # fmt: skip
FEES = ("Shipping", "Artwork", "Rush fee", "Screens", "Folding & bagging")
NICKNAMES = (
    "Summer tour", "Staff uniforms", "Year 11 leavers", "Re-order", "Club kit", "Launch event", "Team building",
    "Café aprons", "Stag do – Kraków", "Merch restock",
)  # fmt: skip
# Notes as people type and paste them.
NOTES = (
    None,
    "",
    "Print on the front only.",
    "Front: 2 colours\nBack: 1 colour\n\nCall before printing!",
    "Size\tQty\nS\t10\nM\t20",
    'Customer says "make it pop" \\ see C:\\art\\logo_v2.ai',
    "Rush 🚀 needed by Friday 👕👕",
    "Crème écru, façade, Łódź, Ștefănești – naïve “quotes”",
    "line one\r\nline two\r\n",
    "  two spaces before and after  ",
    "50% cotton; it's 'fine'; $1 $$ {{x}} <b>bold</b> & more",
    "NULL",
)
TAGS = (("rush",), (), ("repeat", "web"), ("VIP",), (), ())
DELIVERY_METHODS = ("Collection", "Courier")
PAYMENT_TERMS = (("Due on receipt", 0), ("Net 14", 14), ("Net 30", 30))
USERS = ("Sam Carter", "Jo Bell", "Ana Ruiz")
# name, type, colour
STATUSES = (
    ("Quote", "QUOTE", "#9aa5b1"),
    ("Quote Sent", "QUOTE", "#7b8794"),
    ("Approval Needed", "QUOTE", "#f7c948"),
    ("Quote Declined", "QUOTE", "#ba2525"),
    ("Approved", "INVOICE", "#3ebd93"),
    ("Artwork", "INVOICE", "#b44d12"),
    ("Goods Ordered", "INVOICE", "#2bb0ed"),
    ("In Production", "INVOICE", "#4055a8"),
    ("Ready for Pickup", "INVOICE", "#8719e0"),
    ("Completed", "INVOICE", "#199473"),
    ("Cancelled", "INVOICE", "#911111"),
    ("Archived", "INVOICE", "#323f4b"),
)
