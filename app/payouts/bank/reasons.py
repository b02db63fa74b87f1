"""Why a bank did not pay, as a sentence for the payee and the merchant: codes of ISO 20022 and of NACHA."""

_SENTENCES = {
    "AC01": "The account number is wrong: it has to be checked and entered again.",
    "AC03": "The account number of the payee is wrong: it has to be checked and entered again.",
    "AC04": "The account is closed: another one has to be entered.",
    "AC06": "The account is blocked. Its bank can say why; or another one has to be entered.",
    "AG01": "The account does not take this kind of transfer: another one has to be entered.",
    "AM04": "The account of the shop did not hold enough money. It is paid again once it does.",
    "AM05": "The bank took it for a duplicate. Look at the statement before paying again.",
    "BE04": "The address of the payee is missing or wrong: it has to be completed.",
    "CNOR": "The bank of the payee cannot be reached by this kind of transfer: another way of being paid has to be chosen.",
    "DUPL": "The bank has had this file before. Look at the first one's outcome; do not pay again.",
    "FF01": "The bank could not read the file. Check the account and format in the settings.",
    "FOCR": "The money came back because it was asked back.",
    "MD07": "The holder of the account has died.",
    "MS02": "The payee refused the money without a reason.",
    "MS03": "The bank gave no reason. The bank that was asked to pay may know more.",
    "RC01": "The bank code is wrong: it has to be checked and entered again.",
    "RR04": "The bank is bound by regulations not to pay it. Ask your bank.",
    "R01": "The account of the shop did not hold enough money. It is paid again once it does.",
    "R02": "The account is closed: another one has to be entered.",
    "R03": "There is no such account under that name: it has to be checked and entered again.",
    "R04": "The account number is wrong: it has to be checked and entered again.",
    "R16": "The account is frozen: another one has to be entered.",
    "R20": "The account does not take transfers: a checking account has to be entered.",
    "R23": "The payee refused the money.",
}


def sentence(code: str | None, said: str = "") -> str:
    """What happened and what to do; for a code that is not in the table, the bank's own words beside the code."""
    known = _SENTENCES.get(code or "")
    if known is not None:
        return known
    words = " ".join(said.split())[:140]
    named = f"code {code}" if code else "no code"
    return f"The bank answered with {named}" + (f": {words}." if words else ". Ask your bank what it means.")
