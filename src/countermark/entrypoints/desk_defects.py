"""How is what an operator fills in said to be wrong, to people and programs alike? Each code with what is wrong and its cure."""

from django.utils.translation import gettext_lazy

OPERATOR_DEFECTS = {
    "marketplace_name": (gettext_lazy("The name is missing or too long."), gettext_lazy("Write up to 80 characters.")),
    "marketplace_slug": (
        gettext_lazy("The short name cannot stand in an address."),
        gettext_lazy("Use lower-case letters, digits and hyphens, such as fjord-bazaar."),
    ),
    "marketplace_slug_taken": (
        gettext_lazy("There is a marketplace called %(slug)s already."),
        gettext_lazy("Change that one, or choose another short name."),
    ),
    "marketplace_territory": (gettext_lazy("Nothing says where it sells."), gettext_lazy("Choose a territory.")),
    "marketplace_offered_in": (
        gettext_lazy("“%(place)s” is no territory known here."),
        gettext_lazy("Write codes with commas between them, such as EU, CN."),
    ),
    "marketplace_calendar": (gettext_lazy("There is no such calendar."), gettext_lazy("Choose one of the list.")),
    "marketplace_zone": (
        gettext_lazy("“%(zone)s” is no time zone."),
        gettext_lazy("Write its name as Europe/Oslo or Asia/Shanghai."),
    ),
    "marketplace_language": (gettext_lazy("This language is not offered."), gettext_lazy("Choose one of the list.")),
    "marketplace_packs": (
        gettext_lazy("No procedure is chosen."),
        gettext_lazy("Choose at least the one that is the default."),
    ),
    "marketplace_pack_elsewhere": (
        gettext_lazy("“%(pack)s” is the law of another territory."),
        gettext_lazy("Take it out, or say that listings are offered there."),
    ),
    "marketplace_duties": (gettext_lazy("There are no such duties."), gettext_lazy("Choose from the list.")),
    "marketplace_timing": (
        gettext_lazy("“%(pack)s” does not let a measure take effect then."),
        gettext_lazy("Leave it to the procedure, or choose another default procedure."),
    ),
    "marketplace_connector": (gettext_lazy("There is no such connector."), gettext_lazy("Choose one of the list.")),
    "marketplace_base_url": (
        gettext_lazy("The address of its interface is missing."),
        gettext_lazy("Write it whole, such as https://api.shop.example."),
    ),
    "marketplace_secret_name": (
        gettext_lazy("Nothing names the secret."),
        gettext_lazy(
            "Write the name of the environment variable that holds it, such as FJORD_SECRET; never the secret."
        ),
    ),
    "marketplace_patterns_long": (
        gettext_lazy("The description of the addresses is too long."),
        gettext_lazy("It may have %(most)s characters."),
    ),
    "marketplace_pattern": (gettext_lazy("Addresses, at %(where)s:"), gettext_lazy("%(sentence)s")),
    "marketplace_pattern_id": (
        gettext_lazy("The description is of “%(id)s”, the marketplace is “%(slug)s”."),
        gettext_lazy("Write the same id in both."),
    ),
    "shop_sign_in_issuer": (
        gettext_lazy("The address of the provider is missing or not whole."),
        gettext_lazy("Write its issuer as its description names it, such as https://login.shop.example."),
    ),
    "shop_sign_in_client_id": (
        gettext_lazy("Nothing says as which client we come."),
        gettext_lazy("Write the client id the provider gave this installation."),
    ),
    "shop_sign_in_secret_name": (
        gettext_lazy("The name of the variable has to begin with SHOP_SIGN_IN_."),
        gettext_lazy(
            "Keep the client secret in a variable such as SHOP_SIGN_IN_FJORD and write that name; never the secret."
        ),
    ),
    "shop_sign_in_ref_claim": (
        gettext_lazy("Nothing says which claim holds the seller's id."),
        gettext_lazy("Write its name as the provider sends it, such as shop_id."),
    ),
    "shop_sign_in_name_claim": (
        gettext_lazy("The claim of the shop's name cannot be read."),
        gettext_lazy("Write its name as the provider sends it, or leave it empty."),
    ),
    "shop_sign_in_scope": (
        gettext_lazy("The scope cannot be read, or lacks openid."),
        gettext_lazy("Write words with one space between them, openid among them, such as openid shop."),
    ),
    "order_direction": (gettext_lazy("Nothing says what was ordered."), gettext_lazy("Choose up or down.")),
    "order_reference": (
        gettext_lazy("Nothing says which order this is."),
        gettext_lazy("Write who ordered it, when, and its number."),
    ),
    "order_reference_long": (
        gettext_lazy("The reference is too long."),
        gettext_lazy("It may have %(most)s characters."),
    ),
}

ORDER_DEFECTS = {
    "order_authority": (gettext_lazy("Nothing says who ordered it."), gettext_lazy("Write the court or authority.")),
    "order_authority_long": (
        gettext_lazy("The name of the authority is too long."),
        gettext_lazy("It may have %(most)s characters."),
    ),
    "order_country": (
        gettext_lazy("Nothing says whose authority it is."),
        gettext_lazy("Write its country by two capital letters, such as DE."),
    ),
    "order_number": (
        gettext_lazy("The number of the order is missing or too long."),
        gettext_lazy("Write the one the authority gave it, up to %(most)s characters."),
    ),
    "order_email": (
        gettext_lazy("This is no e-mail address."),
        gettext_lazy("Mend it, or leave it empty and send the printed receipt."),
    ),
    "order_basis": (
        gettext_lazy("The legal basis is missing or too long."),
        gettext_lazy("Write the law and article that the order names, up to %(most)s characters."),
    ),
    "order_clause": (
        gettext_lazy("No rule is chosen."),
        gettext_lazy("Choose the one that was broken; the seller reads it."),
    ),
    "order_language": (gettext_lazy("This language is not offered."), gettext_lazy("Choose one of the list.")),
    "order_received": (
        gettext_lazy("Nothing says when it reached you."),
        gettext_lazy("Write the day and the hour."),
    ),
    "order_received_later": (
        gettext_lazy("It cannot have reached you after now."),
        gettext_lazy("Write when it came in."),
    ),
    "order_until": (
        gettext_lazy("Its end cannot be read."),
        gettext_lazy("Write day and hour, or leave it empty: then it holds until it is set aside."),
    ),
    "order_until_past": (gettext_lazy("Its end has passed already."), gettext_lazy("Write a later one.")),
    "order_kind": (gettext_lazy("Nothing says what was ordered."), gettext_lazy("Choose one.")),
    "order_measure": (gettext_lazy("Nothing says what has to be done."), gettext_lazy("Choose one.")),
    "order_measure_of_shop": (
        gettext_lazy("This cannot be done to a whole shop."),
        gettext_lazy("Choose what is done to a shop, or name its listings."),
    ),
    "order_measure_of_listing": (
        gettext_lazy("This cannot be done to a single listing."),
        gettext_lazy("Choose what is done to a listing, or name the shop."),
    ),
    "order_territory": (
        gettext_lazy("“%(place)s” is no territory."),
        gettext_lazy("Write countries by two capital letters, or EU; nothing means everywhere."),
    ),
    "order_shop_territory": (
        gettext_lazy("A shop cannot be restricted in some countries only."),
        gettext_lazy("Leave the countries empty, or name its listings."),
    ),
    "order_place": (gettext_lazy("Nothing says at which marketplace."), gettext_lazy("Choose one.")),
    "order_both": (
        gettext_lazy("It names both listings and a shop."),
        gettext_lazy("Record two orders, or take one of them out."),
    ),
    "order_seller": (
        gettext_lazy("The shop “%(ref)s” is not known at this marketplace."),
        gettext_lazy("Write the number or name the marketplace calls it by."),
    ),
    "order_nothing": (
        gettext_lazy("Nothing says what it is about."),
        gettext_lazy("Paste the addresses of the listings, one a line, or name the shop."),
    ),
    "order_no_patterns": (
        gettext_lazy("Nobody has described the addresses of this marketplace."),
        gettext_lazy("Describe them under Marketplaces first."),
    ),
    "order_line": (
        gettext_lazy("Line %(line)s names no listing of this marketplace."),
        gettext_lazy("Mend it or take it out."),
    ),
    "order_conflict": (
        gettext_lazy("Order %(number)s of an authority holds it down."),
        gettext_lazy("An order to restore does not lift another one. Set that one aside first, if it has been lifted."),
    ),
    "order_words": (
        gettext_lazy("What is ordered, and why, is missing or too short."),
        gettext_lazy("Write at least %(least)s characters; the seller reads them."),
    ),
    "order_words_long": (gettext_lazy("The text is too long."), gettext_lazy("It may have %(most)s characters.")),
    "order_answer": (
        gettext_lazy("Nothing says which information was given."),
        gettext_lazy("Write what you gave, to whom and how."),
    ),
}

ENDPOINT_DEFECTS = {
    "endpoint_name": (
        gettext_lazy("The name is missing or too long."),
        gettext_lazy("Write up to %(most)s characters."),
    ),
    "endpoint_url_not_an_address": (
        gettext_lazy("This is no address of a receiver."),
        gettext_lazy("Write it whole, such as https://shop.example/countermark."),
    ),
    "endpoint_url_too_long": (gettext_lazy("The address is too long."), gettext_lazy("Use a shorter one.")),
    "endpoint_url_credentials": (
        gettext_lazy("The address holds a name or password."),
        gettext_lazy("Take them out: the signature tells the receiver who is asking."),
    ),
    "endpoint_url_https": (
        gettext_lazy("The address is not encrypted."),
        gettext_lazy(
            "Use https. For a receiver in its own network an operator names its host and port in WEBHOOK_HOSTS."
        ),
    ),
    "endpoint_url_port": (
        gettext_lazy("The address names an unusual port."),
        gettext_lazy("Use port 443, or have an operator name its host and port in WEBHOOK_HOSTS."),
    ),
    "endpoint_url_private": (
        gettext_lazy("The address is not on the internet."),
        gettext_lazy("Use a public one, or have an operator name its host and port in WEBHOOK_HOSTS."),
    ),
    "endpoint_url_taken": (
        gettext_lazy("You have an endpoint with this address already."),
        gettext_lazy("Change that one."),
    ),
    "endpoint_too_many": (
        gettext_lazy("There are %(most)s endpoints already."),
        gettext_lazy("Close one that is no longer needed."),
    ),
    "endpoint_events": (gettext_lazy("There is no such event: %(what)s."), gettext_lazy("Choose from the list.")),
    "endpoint_packs": (gettext_lazy("There is no such procedure: %(what)s."), gettext_lazy("Choose from the list.")),
    "endpoint_marketplaces": (
        gettext_lazy("There is no such marketplace: %(what)s."),
        gettext_lazy("Choose from the list."),
    ),
}
