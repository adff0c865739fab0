"""Countries as spreadsheets name them: by either ISO code, by name, by an older or a longer name."""

from functools import cache

from django.utils import translation

from findings.publishing.situation import normalised
from stakeholders.countries import COUNTRIES

# ISO 3166-1 alpha-3, in the order of the alpha-2 codes.
ALPHA_3 = """
AND ARE AFG ATG AIA ALB ARM AGO ATA ARG ASM AUT AUS ABW ALA AZE BIH BRB BGD BEL BFA BGR BHR BDI
BEN BLM BMU BRN BOL BES BRA BHS BTN BVT BWA BLR BLZ CAN CCK COD CAF COG CHE CIV COK CHL CMR CHN
COL CRI CUB CPV CUW CXR CYP CZE DEU DJI DNK DMA DOM DZA ECU EST EGY ESH ERI ESP ETH FIN FJI FLK
FSM FRO FRA GAB GBR GRD GEO GUF GGY GHA GIB GRL GMB GIN GLP GNQ GRC SGS GTM GUM GNB GUY HKG HMD
HND HRV HTI HUN IDN IRL ISR IMN IND IOT IRQ IRN ISL ITA JEY JAM JOR JPN KEN KGZ KHM KIR COM KNA
PRK KOR KWT CYM KAZ LAO LBN LCA LIE LKA LBR LSO LTU LUX LVA LBY MAR MCO MDA MNE MAF MDG MHL MKD
MLI MMR MNG MAC MNP MTQ MRT MSR MLT MUS MDV MWI MEX MYS MOZ NAM NCL NER NFK NGA NIC NLD NOR NPL
NRU NIU NZL OMN PAN PER PYF PNG PHL PAK POL SPM PCN PRI PSE PRT PLW PRY QAT REU ROU SRB RUS RWA
SAU SLB SYC SDN SWE SGP SHN SVN SJM SVK SLE SMR SEN SOM SUR SSD STP SLV SXM SYR SWZ TCA TCD ATF
TGO THA TJK TKL TLS TKM TUN TON TUR TTO TUV TWN TZA UKR UGA UMI USA URY UZB VAT VCT VEN VGB VIR
VNM VUT WLF WSM YEM MYT ZAF ZMB ZWE
"""
# What people write beside the names that the portal shows.
OTHER_NAMES = {
    "BA": ["Bosnia"],
    "BO": ["Bolivia Plurinational State of"],
    "BN": ["Brunei Darussalam"],
    "CD": ["DR Congo", "DRC", "Democratic Republic of Congo", "Democratic Republic of the Congo",
           "Congo Democratic Republic of the"],
    "CF": ["Central African Republic"],
    "CG": ["Republic of the Congo", "Congo Brazzaville"],
    "CI": ["Cote d Ivoire", "Ivory Coast"],
    "CN": ["PR China", "Peoples Republic of China", "People s Republic of China", "Mainland China"],
    "CV": ["Cabo Verde"],
    "CW": ["Curacao"],
    "CZ": ["Czechia"],
    "GB": ["UK", "U K", "Great Britain", "England", "Scotland", "Wales", "Northern Ireland",
           "United Kingdom of Great Britain and Northern Ireland"],
    "HK": ["Hong Kong SAR", "Hong Kong China", "Hong Kong SAR China"],
    "IR": ["Islamic Republic of Iran", "Iran Islamic Republic of"],
    "KP": ["Korea Democratic People s Republic of"],
    "KR": ["Korea", "Korea Republic of", "Republic of Korea"],
    "LA": ["Lao PDR", "Lao", "Lao People s Democratic Republic"],
    "MD": ["Republic of Moldova", "Moldova Republic of"],
    "MK": ["Macedonia"],
    "MM": ["Myanmar", "Burma"],
    "MO": ["Macau", "Macao SAR"],
    "NL": ["Holland", "The Netherlands"],
    "PS": ["State of Palestine", "Palestine State of", "Palestinian Territories"],
    "RE": ["Reunion"],
    "RU": ["Russian Federation"],
    "ST": ["São Tomé and Príncipe"],
    "SY": ["Syrian Arab Republic"],
    "SZ": ["Swaziland"],
    "TL": ["East Timor"],
    "TR": ["Turkey", "Turkiye"],
    "TW": ["Taiwan Province of China"],
    "TZ": ["United Republic of Tanzania", "Tanzania United Republic of"],
    "AE": ["UAE", "U A E"],
    "US": ["USA", "U S A", "U S", "United States of America"],
    "VE": ["Venezuela Bolivarian Republic of"],
    "VN": ["Viet Nam"],
}  # fmt: skip


def country_code(name: str) -> str | None:
    """The alpha-2 code that the portal keeps."""
    return _codes().get(normalised(name))


@cache
def _codes() -> dict[str, str]:
    with translation.override(None):  # English, whichever language the page is in
        codes = {normalised(str(name)): code for code, name in COUNTRIES}
    alpha_2 = sorted(code for code, _name in COUNTRIES)
    codes |= {code.lower(): code for code in alpha_2}
    codes |= {three.lower(): code for code, three in zip(alpha_2, ALPHA_3.split(), strict=True)}
    return codes | {normalised(name): code for code, names in OTHER_NAMES.items() for name in names}
