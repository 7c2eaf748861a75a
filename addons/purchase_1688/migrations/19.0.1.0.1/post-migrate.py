def migrate(cr, version):
    """What 1688 left out of orders that were verified before lines remembered it was told: not once more.

    An order that a person accepted after that, and which was not verified since, may have left out more of which nobody
    heard yet: what an acceptance left out of it is told, rather twice than never.
    """
    cr.execute(
        """
        UPDATE purchase_1688_order_line AS line
           SET left_out_told = TRUE
          FROM purchase_1688_order AS placed
         WHERE placed.id = line.order_id
           AND placed.verified_at IS NOT NULL
           AND COALESCE(line.failed_code, '') != ''
           AND line.purchase_line_id IS NOT NULL
           AND line.left_out_told IS NOT TRUE
           AND NOT (
                line.failed_code = 'accepted'
                AND (placed.state = 'placed' OR placed.state = 'blocked' AND placed.block_code = 'verify')
           )
        """
    )
